targetScope = 'resourceGroup'

metadata description = 'What the app may do in the directory, and who may call it. Deployed by a Privileged Role Administrator, after `main.bicep`; it makes nothing in Azure.'

extension microsoftGraphV1

@description('Object id of the app\'s identity.')
param responderPrincipalId string

@description('Object ids of the further identities that revoke, separated by commas: they may end sessions, and nothing else. Default: none.')
param furtherPrincipalIds string = ''

@description('Application (client) id of the app registration.')
param apiClientId string

@description('Object id of the playbooks\' identity; empty for none.')
param playbookPrincipalId string = ''

@description('Graph permissions to grant, from `permissions.json`. Default: all. Each is for a feature: `docs/deploy.md` says for which, and `GET /api/preflight` what is missing without it.')
param permissions string[]?

var wanted = filter(
  loadJsonContent('permissions.json'),
  permission => permissions == null || contains(permissions!, permission.value)
)

var revoke = filter(loadJsonContent('permissions.json'), permission => permission.value == 'User.RevokeSessions.All')[0]

// It starts runs for the accounts of incidents, and waits for their end.
var playbookRoles = filter(
  loadJsonContent('roles.json'),
  role => contains(['Sessions.Read', 'Sessions.Revoke'], role.value) && !empty(playbookPrincipalId)
)

resource graph 'Microsoft.Graph/servicePrincipals@v1.0' existing = {
  appId: '00000003-0000-0000-c000-000000000000'
}

resource api 'Microsoft.Graph/servicePrincipals@v1.0' existing = {
  appId: apiClientId
}

resource permission 'Microsoft.Graph/appRoleAssignedTo@v1.0' = [
  for permission in wanted: {
    appRoleId: permission.id
    principalId: responderPrincipalId
    resourceId: graph.id
  }
]

resource furtherPermission 'Microsoft.Graph/appRoleAssignedTo@v1.0' = [
  for principalId in filter(split(furtherPrincipalIds, ','), id => !empty(id)): {
    appRoleId: revoke.id
    principalId: principalId
    resourceId: graph.id
  }
]

resource playbookRole 'Microsoft.Graph/appRoleAssignedTo@v1.0' = [
  for role in playbookRoles: {
    appRoleId: role.id
    principalId: playbookPrincipalId
    resourceId: api.id
  }
]
