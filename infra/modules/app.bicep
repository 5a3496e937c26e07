targetScope = 'resourceGroup'

metadata description = 'The function app on a Flex Consumption plan: no secret in its settings, and nobody in without a token.'

import { gateSettings, identityRef, responderSettings, scaleSettings, tagSet } from '../types.bicep'

@description('What the names end in.')
param suffix string

@description('Region.')
param location string

@description('Tags.')
param tags tagSet

@description('The identity the app runs as.')
param identity identityRef

@description('Further identities that revoke, and do nothing else; each has a write quota of its own. Default: none.')
param furtherIdentities identityRef[] = []

@description('Name of the app\'s storage account.')
param storageName string

@description('URL of the container that holds the app\'s package.')
param packageUrl string

@description('Where telemetry is sent.')
param insightsConnectionString string

@description('Workspace for the platform\'s own log lines.')
param workspaceId string

@description('Subnet the app reaches private endpoints through; empty for none.')
param subnetId string

@description('Azure and Graph cloud, as the app knows them.')
param cloud string

@description('What an operator set on the app.')
param responder responderSettings

@description('How the app scales.')
param scale scaleSettings

@description('Who may come in.')
param gate gateSettings

@description('Addresses in CIDR form, or names of service tags, from which the API may be called; empty for any.')
param allowedAddresses string[]

var alwaysReady = filter(
  [
    {
      name: 'http'
      instanceCount: scale.alwaysReadyHttp
    }
    {
      name: 'function:revoke_urgent'
      instanceCount: scale.alwaysReadyUrgent
    }
  ],
  group => group.instanceCount > 0
)

// A service tag is a name, an address starts with a digit or holds a colon.
var restrictions = [
  for (address, index) in allowedAddresses: {
    action: 'Allow'
    ipAddress: address
    name: 'allowed-${index}'
    priority: 100 + index
    tag: contains(address, '/') ? 'Default' : 'ServiceTag'
  }
]

// By name alone the host looks in the public cloud (its suffix is fixed); by address it met 401 there now and then
// (azure-functions-host#11782). The addresses of other clouds have not been tried, and Flex Consumption may be absent.
var storagePlace = environment().name == 'AzureCloud'
  ? {
      AzureWebJobsStorage__accountName: storageName
    }
  : {
      AzureWebJobsStorage__blobServiceUri: 'https://${storageName}.blob.${environment().suffixes.storage}'
      AzureWebJobsStorage__queueServiceUri: 'https://${storageName}.queue.${environment().suffixes.storage}'
      AzureWebJobsStorage__tableServiceUri: 'https://${storageName}.table.${environment().suffixes.storage}'
    }

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: 'plan-${suffix}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
  }
}

var identities = concat([identity], furtherIdentities)

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: 'func-${suffix}'
  location: location
  tags: union(tags, { 'azd-service-name': 'responder' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: toObject(identities, one => one.id, one => {})
  }
  properties: {
    serverFarmId: plan.id
    clientAffinityEnabled: false
    httpsOnly: true
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: {
        name: 'python'
        version: '3.13'
      }
      scaleAndConcurrency: {
        alwaysReady: alwaysReady
        instanceMemoryMB: scale.instanceMemoryMB
        maximumInstanceCount: scale.maximumInstanceCount
        triggers: {
          http: {
            perInstanceConcurrency: scale.httpConcurrency
          }
        }
      }
    }
    siteConfig: {
      http20Enabled: true
      ipSecurityRestrictions: restrictions
      ipSecurityRestrictionsDefaultAction: empty(allowedAddresses) ? 'Allow' : 'Deny'
      minTlsVersion: '1.2'
      remoteDebuggingEnabled: false
    }
  }
}

// The whole collection: a setting that is not here is removed from the app.
resource settings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: app
  name: 'appsettings'
  properties: union(responder, storagePlace, {
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.clientId};Authorization=AAD'
    APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
    AZURE_CLIENT_ID: identity.clientId
    AZURE_CLOUD: cloud
    AzureWebJobsStorage__clientId: identity.clientId
    AzureWebJobsStorage__credential: 'managedidentity'
    // 2 MiB: twice what the app takes. The host's own 100 MiB would be read into memory on the open routes too.
    FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '2097152'
    // One identity is named by AZURE_CLIENT_ID alone.
    REVOKER_IDENTITIES: empty(furtherIdentities) ? '' : join(map(identities, one => one.clientId), ',')
    REVOKER_TENANT_ID: tenant().tenantId
  })
}

resource authentication 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: {
      enabled: true
      runtimeVersion: '~1'
    }
    globalValidation: {
      excludedPaths: [
        '/api/health'
        '/api/openapi.json'
      ]
      requireAuthentication: true
      unauthenticatedClientAction: 'Return401'
    }
    httpSettings: {
      requireHttps: true
      forwardProxy: {
        convention: 'NoProxy'
      }
    }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: gate.clientId
          openIdIssuer: gate.issuer
        }
        validation: {
          allowedAudiences: [
            gate.audience
            gate.clientId
          ]
          // No allowedApplications: who gets a token has a role or an administrator's consent, and the app asks for roles.
          defaultAuthorizationPolicy: empty(gate.callers)
            ? null
            : {
                allowedPrincipals: {
                  identities: gate.callers
                }
              }
        }
      }
    }
    login: {
      tokenStore: {
        enabled: false
      }
    }
  }
  // Two changes of one site's configuration at once are refused now and then.
  dependsOn: [settings]
}

// The password that every site is born with opens neither door: code comes in with an Entra token.
resource ftpPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: app
  name: 'ftp'
  properties: {
    allow: false
  }
  dependsOn: [authentication]
}

resource scmPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: app
  name: 'scm'
  properties: {
    allow: false
  }
  dependsOn: [ftpPassword]
}

// What the host says when Application Insights cannot be reached, for instance before its role has spread.
resource hostLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'host-logs'
  scope: app
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'FunctionAppLogs'
        enabled: true
      }
    ]
  }
}

@description('Name of the function app.')
output name string = app.name

@description('Where the API answers.')
output apiUrl string = 'https://${app.properties.defaultHostName}/api'
