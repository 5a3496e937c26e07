targetScope = 'resourceGroup'

metadata description = 'Two playbooks that do the same: one for incidents (automation rules, or by hand), one for an account entity (by hand).'

import { tagSet } from '../types.bicep'

@description('What the names end in.')
param suffix string

@description('Region.')
param location string

@description('Tags.')
param tags tagSet

@description('Resource id of the identity the playbooks run as.')
param identityId string

@description('Where the API answers.')
param apiUrl string

@description('Audience of the API\'s tokens.')
param apiAudience string

@description('An incident leaves alone who was revoked by a run, and verified, in the last minutes, so that a noisy rule does not sign people out in a loop.')
param cooldownMinutes int

@description('Address ranges from which the playbooks may be started; empty for any.')
param playbookCallers string[]

@description('Object id of the service principal "Azure Security Insights", which starts playbooks; empty when no automation rule is to.')
param sentinelPrincipalId string

var playbooks = [
  {
    name: 'incident'
    path: '/incident-creation'
    incident: 'triggerBody()?[\'object\']?[\'id\']'
    query: '?cooldownMinutes=${cooldownMinutes}'
  }
  {
    name: 'entity'
    path: '/entity/@{encodeURIComponent(\'Account\')}'
    // Absent when somebody starts it outside an incident, so that there is nothing to comment on.
    incident: 'triggerBody()?[\'IncidentArmID\']'
    // Somebody chose this account: no cooldown.
    query: ''
  }
]

var automationContributor = {
  name: 'Microsoft Sentinel Automation Contributor'
  id: 'f4c81013-99ee-4d62-a7ee-b3f1f648599a'
  why: 'Sentinel starts the playbooks of this resource group.'
}

resource connection 'Microsoft.Web/connections@2016-06-01' = {
  name: 'azuresentinel-${suffix}'
  location: location
  tags: tags
  #disable-next-line BCP187 // The published types lack `kind`, which a connection by identity needs.
  kind: 'V1'
  properties: {
    api: {
      id: subscriptionResourceId('Microsoft.Web/locations/managedApis', location, 'azuresentinel')
    }
    customParameterValues: {}
    displayName: 'Microsoft Sentinel, as the playbook\'s identity'
    #disable-next-line BCP037 // The published types lack it; without it the connection asks a person to sign in.
    parameterValueType: 'Alternative'
  }
}

resource workflows 'Microsoft.Logic/workflows@2019-05-01' = [
  for playbook in playbooks: {
    name: 'logic-${playbook.name}-${suffix}'
    location: location
    tags: tags
    identity: {
      type: 'UserAssigned'
      userAssignedIdentities: {
        '${identityId}': {}
      }
    }
    properties: {
      state: 'Enabled'
      // The trigger's address holds a signature, which Sentinel's connector needs; so only its origin can be narrowed.
      accessControl: empty(playbookCallers)
        ? null
        : {
            triggers: {
              allowedCallerIpAddresses: map(playbookCallers, range => { addressRange: range })
            }
          }
      definition: {
        '$schema': 'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#'
        contentVersion: '1.0.0.0'
        parameters: {
          '$connections': {
            type: 'Object'
            defaultValue: {}
          }
        }
        triggers: {
          Microsoft_Sentinel: {
            type: 'ApiConnectionWebhook'
            // The run history shows neither the incident nor the address that starts the playbook.
            runtimeConfiguration: {
              secureData: {
                properties: ['inputs', 'outputs']
              }
            }
            inputs: {
              body: {
                callback_url: '@{listCallbackUrl()}'
              }
              host: {
                connection: {
                  name: '@parameters(\'$connections\')[\'azuresentinel\'][\'connectionId\']'
                }
              }
              path: playbook.path
            }
          }
        }
        actions: json(reduce(
          items({
            '{{api}}': apiUrl
            '{{audience}}': apiAudience
            '{{identity}}': identityId
            '{{incident}}': playbook.incident
            '{{query}}': playbook.query
          }),
          loadTextContent('actions.json'),
          (text, token) => replace(text, token.key, token.value)
        ))
      }
      parameters: {
        '$connections': {
          value: {
            azuresentinel: {
              connectionId: connection.id
              connectionName: connection.name
              id: subscriptionResourceId('Microsoft.Web/locations/managedApis', location, 'azuresentinel')
              connectionProperties: {
                authentication: {
                  type: 'ManagedServiceIdentity'
                  identity: identityId
                }
              }
            }
          }
        }
      }
    }
  }
]

resource mayStart 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(sentinelPrincipalId)) {
  name: guid(resourceGroup().id, sentinelPrincipalId, automationContributor.id)
  properties: {
    description: '${automationContributor.name}: ${automationContributor.why}'
    principalId: sentinelPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', automationContributor.id)
  }
}

@description('Resource id of the incident playbook.')
output incidentPlaybookId string = workflows[0].id
