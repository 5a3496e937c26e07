targetScope = 'resourceGroup'

metadata description = 'What lives on the Sentinel workspace: the playbooks may comment there, a rule may start one, hunters can leave our own work out.'

import { automationSettings } from '../types.bicep'

@description('Name of the Sentinel workspace.')
param workspaceName string

@description('What tells this deployment\'s entries from another\'s.')
param suffix string

@description('Object id of the playbooks\' identity.')
param playbookPrincipalId string

@description('Client id of the app\'s identity, as audit logs name it.')
param responderClientId string

@description('Object id of the app\'s identity, as audit logs name it.')
param responderPrincipalId string

@description('Client ids of the further identities that revoke. Default: none.')
param furtherClientIds string[] = []

@description('Object ids of the further identities that revoke. Default: none.')
param furtherPrincipalIds string[] = []

@description('Workspace with the app\'s own log, which says whose sessions a run ended.')
param logWorkspaceId string

@description('Resource id of the incident playbook.')
param playbookId string

@description('The rule that starts the playbook; null for none.')
param automation automationSettings?

var responder = {
  name: 'Microsoft Sentinel Responder'
  id: '3e150937-b8fe-4cfb-8069-0eaf05ecd056'
  why: 'Read incidents and comment on them.'
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = {
  name: workspaceName
}

resource mayComment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(workspace.id, playbookPrincipalId, responder.id)
  scope: workspace
  properties: {
    description: '${responder.name}: ${responder.why}'
    principalId: playbookPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', responder.id)
  }
}

resource rule 'Microsoft.SecurityInsights/automationRules@2024-09-01' = if (automation != null) {
  name: guid(workspace.id, suffix, 'automation')
  scope: workspace
  properties: {
    displayName: 'Revoke the sessions of the incident\'s accounts'
    order: automation.?order ?? 100
    triggeringLogic: {
      // Off until somebody has watched the playbook work by hand.
      isEnabled: automation.?enabled ?? false
      triggersOn: 'Incidents'
      triggersWhen: 'Created'
      // Severity is always asked for: a rule without conditions would run on every incident.
      conditions: concat(
        [
          {
            conditionType: 'Property'
            conditionProperties: {
              propertyName: 'IncidentSeverity'
              operator: 'Equals'
              propertyValues: automation.?severities ?? ['High']
            }
          }
        ],
        empty(automation.?analyticRuleIds)
          ? []
          : [
              {
                conditionType: 'Property'
                conditionProperties: {
                  propertyName: 'IncidentRelatedAnalyticRuleIds'
                  operator: 'Contains'
                  propertyValues: automation.?analyticRuleIds
                }
              }
            ]
      )
    }
    actions: [
      {
        order: 1
        actionType: 'RunPlaybook'
        actionConfiguration: {
          logicAppResourceId: playbookId
          tenantId: tenant().tenantId
        }
      }
    ]
  }
  dependsOn: [mayComment]
}

// Saved as functions, so that hunters use them like tables: `GraphUseAfterRevocation("<run id>")`.
var searches = [
  {
    alias: 'SessionsEndedByOthers'
    title: 'Sessions ended by anybody but Revoker'
    takes: ''
    query: replace(
      replace(
        loadTextContent('../queries/hunting.kql'),
        '{{clientId}}',
        join(concat([responderClientId], furtherClientIds), '", "')
      ),
      '{{principalId}}',
      join(concat([responderPrincipalId], furtherPrincipalIds), '", "')
    )
  }
  {
    alias: 'RevokedUsers'
    title: 'Users whose sessions Revoker ended'
    takes: 'run:string = ""'
    query: replace(
      loadTextContent('../queries/last-hour/RevokedUsers.kql'),
      'AppTraces',
      'workspace("${logWorkspaceId}").AppTraces'
    )
  }
  {
    alias: 'GraphUseAfterRevocation'
    title: 'Microsoft Graph used after the revocation, with a token from before it'
    takes: 'run:string = ""'
    query: loadTextContent('../queries/last-hour/GraphUseAfterRevocation.kql')
  }
  {
    alias: 'SignInsAfterRevocation'
    title: 'Sign-ins of revoked users in the day after'
    takes: 'run:string = ""'
    query: loadTextContent('../queries/last-hour/SignInsAfterRevocation.kql')
  }
  {
    alias: 'ChangesAfterRevocation'
    title: 'Directory changes by revoked users in the day after'
    takes: 'run:string = ""'
    query: loadTextContent('../queries/last-hour/ChangesAfterRevocation.kql')
  }
]

// One after the other: a function that calls another is checked as it is saved.
@batchSize(1)
resource hunting 'Microsoft.OperationalInsights/workspaces/savedSearches@2020-08-01' = [
  for search in searches: {
    parent: workspace
    name: guid(workspace.id, suffix, search.alias)
    properties: {
      // Without it a second deployment is refused with 409 (azure-docs#49275), and it works in this place alone.
      #disable-next-line BCP037 // The published types lack it here (bicep-types-az#1499).
      etag: '*'
      category: 'Hunting Queries'
      displayName: search.title
      functionAlias: search.alias
      functionParameters: empty(search.takes) ? null : search.takes
      query: search.query
      version: 2
    }
  }
]

@description('What outlives the deletion of the app\'s resource group, because it lives here.')
output leftovers string[] = concat(
  [mayComment.id],
  map(searches, search => '${workspace.id}/savedSearches/${guid(workspace.id, suffix, search.alias)}'),
  automation == null ? [] : [rule.id]
)
