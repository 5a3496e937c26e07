targetScope = 'resourceGroup'

metadata description = 'Lets one identity read the app\'s workspace. A module of its own, so that the assignment is named by the identity: one that belongs to an identity long gone is left alone, and does not stop a deployment.'

@description('Name of the workspace.')
param workspaceName string

@description('Object id of the identity.')
param principalId string

var reader = {
  name: 'Log Analytics Reader'
  id: '73c42c96-874c-492b-b04d-ab87d138a893'
  why: 'An alert rule runs its query.'
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = {
  name: workspaceName
}

resource mayRead 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(workspace.id, principalId, reader.id)
  scope: workspace
  properties: {
    description: '${reader.name}: ${reader.why}'
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', reader.id)
  }
}
