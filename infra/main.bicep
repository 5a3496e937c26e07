targetScope = 'resourceGroup'

metadata name = 'Revoker'
metadata description = 'A responder that ends Microsoft 365 sign-in sessions, with its storage, its gate, its watch and its Sentinel playbooks.'

import { automationSettings, redundancyName, responderSettings, scaleSettings, tagSet } from 'types.bicep'

@description('Short name that the resources carry.')
@minLength(3)
@maxLength(20)
param name string = 'revoker'

@description('Region. Default: the resource group\'s.')
param location string = resourceGroup().location

@description('Tags on every resource. Default: none.')
param tags tagSet = {}

@description('Application (client) id of the app registration that guards the API (`infra/entra/app.bicep` makes it).')
@minLength(36)
@maxLength(36)
param apiClientId string

@description('Identifier URI of that app registration: the audience that callers ask tokens for.')
param apiAudience string = 'api://${tenant().tenantId}/${name}'

@description('Object ids of the only callers let in besides the playbooks. Default: everybody who has an app role.')
param callers string[] = []

@description('The only addresses that may call the API: CIDR ranges, or service tags such as LogicApps, which Sentinel\'s playbooks need. Default: any; each caller needs a token and a role.')
param allowedAddresses string[] = []

@description('Where tokens come from. Default: the cloud\'s own. In China the issuer of tokens is another host than the sign-in page: https://login.partner.microsoftonline.cn/.')
param loginEndpoint string = environment().authentication.loginEndpoint

@description('Whether Graph is the US Department of Defense\'s, which shares Azure with US Government and cannot be told from it. Default: no.')
param departmentOfDefense bool = false

@description('How many identities revoke, each with the write quota that Graph gives to one application: three take a third of the time, more than three are bound by the tenant\'s own quota. For the day on which nothing else matters; docs/eviction.md says when not to use it. Default: one.')
@minValue(1)
@maxValue(10)
param revokerIdentities int = 1

@description('What an operator sets on the app, protected accounts above all. Default: nothing.')
param responder responderSettings = {}

@description('How the app scales.')
param scale scaleSettings = {
  alwaysReadyHttp: 0
  alwaysReadyUrgent: 0
  httpConcurrency: 16
  instanceMemoryMB: 2048
  maximumInstanceCount: 40
}

@description('How many copies of the ledger are kept. Default: one in each of three zones; a region without zones needs Standard_LRS.')
param redundancy redundancyName = 'Standard_ZRS'

@description('How long logs are kept, in days. Default 90.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

@description('Whether the storage account answers only inside a network of its own. Default: no; Entra identities alone open it either way.')
param privateNetwork bool = false

@description('Address space of that network, at least a /26. Default 10.77.0.0/26.')
param networkPrefix string = '10.77.0.0/26'

@description('Mail addresses told of alerts. Default: none.')
param alertEmails string[] = []

@description('Resource ids of action groups told of alerts. Default: none.')
param actionGroupIds string[] = []

@description('From how many users on the start of a run is an alert. Default 500.')
@minValue(1)
param massRunUsers int = 500

@description('Resource id of the workspace with Microsoft Sentinel. Default: none, and no playbooks.')
param sentinelWorkspaceId string = ''

@description('Object id of the service principal "Azure Security Insights" (application 98785600-1bb7-4fb9-b9fa-19afe2c8a360) in this tenant; needed for the automation rule. Default: none.')
param sentinelPrincipalId string = ''

@description('Whether this deployment gives Sentinel the right to start its playbooks. Default: yes; no where Sentinel has that right on the resource group already, since Azure refuses it under a second name.')
param sentinelGrant bool = true

@description('The rule that starts the incident playbook; it comes switched off. Needs `sentinelPrincipalId`. Default: on paper for severity High.')
param automation automationSettings = {}

@description('How long an incident leaves alone who was just revoked, in minutes. Default 10.')
@minValue(1)
@maxValue(10080)
param cooldownMinutes int = 10

@description('Address ranges from which the playbooks may be started: those of the managed connectors in this region, through which Sentinel calls. Default: any; the trigger\'s address holds a signature.')
param playbookCallers string[] = []

var withSentinel = !empty(sentinelWorkspaceId)
var sentinel = split(sentinelWorkspaceId, '/')
var approvalAbove = empty(responder.?REVOKER_APPROVAL_ABOVE) ? 0 : int(responder.REVOKER_APPROVAL_ABOVE!)
var suffix = '${name}-${uniqueString(resourceGroup().id, name)}'

module identity 'modules/identity.bicep' = {
  params: {
    name: 'id-${suffix}'
    location: location
    tags: tags
  }
}

// They revoke and do nothing else: no role in Azure, one permission in the directory.
module furtherIdentity 'modules/identity.bicep' = [
  for number in range(2, revokerIdentities - 1): {
    params: {
      name: 'id-${number}-${suffix}'
      location: location
      tags: tags
    }
  }
]

module telemetry 'modules/telemetry.bicep' = {
  params: {
    suffix: suffix
    location: location
    tags: tags
    retentionDays: logRetentionDays
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  params: {
    suffix: suffix
    location: location
    tags: tags
    addressPrefix: networkPrefix
  }
}

module storage 'modules/storage.bicep' = {
  params: {
    name: 'st${uniqueString(resourceGroup().id, name)}'
    location: location
    tags: tags
    redundancy: redundancy
    private: privateNetwork
    workspaceId: telemetry.outputs.workspaceId
  }
}

module access 'modules/access.bicep' = {
  params: {
    principalId: identity.outputs.principalId
    storageName: storage.outputs.name
    insightsName: telemetry.outputs.insightsName
  }
}

module endpoints 'modules/endpoints.bicep' = if (privateNetwork) {
  params: {
    location: location
    tags: tags
    storageName: storage.outputs.name
    subnetId: network!.outputs.endpointSubnetId
  }
}

module app 'modules/app.bicep' = {
  params: {
    suffix: suffix
    location: location
    tags: tags
    identity: {
      id: identity.outputs.id
      clientId: identity.outputs.clientId
    }
    furtherIdentities: [
      for index in range(0, revokerIdentities - 1): {
        id: furtherIdentity[index].outputs.id
        clientId: furtherIdentity[index].outputs.clientId
      }
    ]
    storageName: storage.outputs.name
    packageUrl: storage.outputs.packageUrl
    insightsConnectionString: telemetry.outputs.connectionString
    workspaceId: telemetry.outputs.workspaceId
    subnetId: network.?outputs.appSubnetId ?? ''
    cloud: departmentOfDefense ? 'AzureUSGovernmentDoD' : environment().name
    responder: responder
    scale: scale
    allowedAddresses: allowedAddresses
    gate: {
      clientId: apiClientId
      audience: apiAudience
      issuer: '${loginEndpoint}${tenant().tenantId}/v2.0'
      callers: empty(callers) || !withSentinel ? callers : concat(callers, [playbookIdentity!.outputs.principalId])
    }
  }
  // Without its roles, or without a way to its storage, the host fails and says nothing.
  dependsOn: [access, endpoints]
}

module alerts 'modules/alerts.bicep' = {
  params: {
    suffix: suffix
    location: location
    tags: tags
    workspaceId: telemetry.outputs.workspaceId
    emails: alertEmails
    actionGroupIds: actionGroupIds
    massRunUsers: massRunUsers
    approvalAbove: approvalAbove
  }
}

module workbook 'modules/workbook.bicep' = {
  params: {
    location: location
    tags: tags
    workspaceId: telemetry.outputs.workspaceId
    sentinelWorkspaceId: sentinelWorkspaceId
    writeRate: empty(responder.?REVOKER_WRITE_RATE) ? '20' : responder.REVOKER_WRITE_RATE!
  }
}

module playbookIdentity 'modules/identity.bicep' = if (withSentinel) {
  params: {
    name: 'id-playbook-${suffix}'
    location: location
    tags: tags
  }
}

module playbooks 'sentinel/playbooks.bicep' = if (withSentinel) {
  params: {
    suffix: suffix
    location: location
    tags: tags
    identityId: playbookIdentity!.outputs.id
    apiUrl: app.outputs.apiUrl
    apiAudience: apiAudience
    cooldownMinutes: cooldownMinutes
    playbookCallers: playbookCallers
    sentinelPrincipalId: sentinelGrant ? sentinelPrincipalId : ''
  }
}

module onSentinel 'sentinel/workspace.bicep' = if (withSentinel) {
  scope: resourceGroup(sentinel[?2] ?? subscription().subscriptionId, sentinel[?4] ?? resourceGroup().name)
  params: {
    workspaceName: last(sentinel)
    suffix: suffix
    playbookPrincipalId: playbookIdentity!.outputs.principalId
    responderClientId: identity.outputs.clientId
    responderPrincipalId: identity.outputs.principalId
    furtherClientIds: [for index in range(0, revokerIdentities - 1): furtherIdentity[index].outputs.clientId]
    furtherPrincipalIds: [for index in range(0, revokerIdentities - 1): furtherIdentity[index].outputs.principalId]
    logWorkspaceId: telemetry.outputs.workspaceId
    playbookId: playbooks!.outputs.incidentPlaybookId
    automation: empty(sentinelPrincipalId) ? null : automation
  }
}

@description('Where the API answers.')
output RESPONDER_API_URL string = app.outputs.apiUrl

@description('Name of the function app, for the package.')
output RESPONDER_APP_NAME string = app.outputs.name

@description('Audience that callers ask tokens for.')
output RESPONDER_API_AUDIENCE string = apiAudience

@description('Object id of the app\'s identity, for the grants in the directory.')
output RESPONDER_PRINCIPAL_ID string = identity.outputs.principalId

@description('Object ids of the further identities that revoke, for their one grant in the directory; empty for one identity.')
output RESPONDER_FURTHER_PRINCIPAL_IDS string[] = [
  for index in range(0, revokerIdentities - 1): furtherIdentity[index].outputs.principalId
]

@description('Object id of the playbooks\' identity, for the grants in the directory; empty without Sentinel.')
output RESPONDER_PLAYBOOK_PRINCIPAL_ID string = playbookIdentity.?outputs.principalId ?? ''

@description('From how many users on a run needs a second person; 0 is never.')
output RESPONDER_APPROVAL_ABOVE int = approvalAbove

@description('How many mail addresses and action groups are told of alerts.')
output RESPONDER_ALERT_RECEIVERS int = length(alertEmails) + length(actionGroupIds)

@description('What outlives the deletion of this resource group, because it lives on the Sentinel workspace.')
output RESPONDER_LEFTOVERS string[] = onSentinel.?outputs.leftovers ?? []
