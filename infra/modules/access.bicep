targetScope = 'resourceGroup'

metadata description = 'What the app\'s identity may do in Azure: these four roles, each on the one resource it is for.'

@description('Object id of the app\'s identity.')
param principalId string

@description('Name of the app\'s storage account.')
param storageName string

@description('Name of the Application Insights component.')
param insightsName string

var storageRoles = [
  {
    name: 'Storage Blob Data Owner'
    id: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
    why: 'The Functions host keeps its locks and timer state here, and reads the package.'
  }
  {
    // Reader and Message Processor, the documented minimum, cannot put off a retry: the host's update is answered 403.
    name: 'Storage Queue Data Contributor'
    id: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
    why: 'Receive, send, put off and bury messages.'
  }
  {
    name: 'Storage Table Data Contributor'
    id: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
    why: 'Keep the ledger.'
  }
]

var metricsPublisher = {
  name: 'Monitoring Metrics Publisher'
  id: '3913510d-42f4-4e42-8a64-420c390055eb'
  why: 'Send logs and metrics without a key.'
}

resource storage 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {
  name: storageName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource onStorage 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in storageRoles: {
    name: guid(storage.id, principalId, role.id)
    scope: storage
    properties: {
      description: '${role.name}: ${role.why}'
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.id)
    }
  }
]

resource onInsights 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, principalId, metricsPublisher.id)
  scope: insights
  properties: {
    description: '${metricsPublisher.name}: ${metricsPublisher.why}'
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', metricsPublisher.id)
  }
}
