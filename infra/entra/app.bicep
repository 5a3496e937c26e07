targetScope = 'resourceGroup'

metadata description = 'The app registration that guards the API: its audience and its app roles. No secret, no certificate, no redirect. Deployed by a directory person; it makes nothing in Azure.'

extension microsoftGraphV1

@description('Name of the deployment, as in `main.bicep`.')
param name string = 'revoker'

var roles = loadJsonContent('roles.json')
var scopeId = guid(name, 'user_impersonation')

// A responder signs in with the Azure CLI and asks it for a token; pre-authorised, it asks for no consent.
var azureCli = '04b07795-8ddb-461a-bbee-02f9e1bf7b46'

resource app 'Microsoft.Graph/applications@v1.0' = {
  uniqueName: name
  displayName: 'Revoker (${name})'
  signInAudience: 'AzureADMyOrg'
  identifierUris: ['api://${tenant().tenantId}/${name}']
  api: {
    requestedAccessTokenVersion: 2
    oauth2PermissionScopes: [
      {
        id: scopeId
        value: 'user_impersonation'
        // Not 'User': a responder could be lured into consenting for a foreign client, which then has that person's roles.
        type: 'Admin'
        isEnabled: true
        adminConsentDisplayName: 'Call Revoker'
        adminConsentDescription: 'Call Revoker as the signed-in person, with that person\'s app roles.'
      }
    ]
    preAuthorizedApplications: [
      {
        appId: azureCli
        delegatedPermissionIds: [scopeId]
      }
    ]
  }
  appRoles: [
    for role in roles: {
      id: role.id
      value: role.value
      displayName: role.displayName
      description: role.description
      allowedMemberTypes: ['Application', 'User']
      isEnabled: true
    }
  ]
}

resource servicePrincipal 'Microsoft.Graph/servicePrincipals@v1.0' = {
  appId: app.appId
  // Who has no role gets no token.
  appRoleAssignmentRequired: true
}

@description('Application (client) id, for `main.bicep`.')
output RESPONDER_API_CLIENT_ID string = app.appId
