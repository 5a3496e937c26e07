targetScope = 'resourceGroup'

metadata description = 'The storage account of the app alone: queues (the work), tables (the ledger), one container (the package) and the host\'s own locks. No key opens it.'

import { redundancyName, tagSet } from '../types.bicep'

@description('Name of the account.')
param name string

@description('Region.')
param location string

@description('Tags.')
param tags tagSet

@description('How many copies are kept, and where.')
param redundancy redundancyName

@description('Whether only private endpoints reach it.')
param private bool

@description('Workspace that records who wrote to or deleted from the ledger.')
param workspaceId string

// The queues of `function_app.py`; each has a poison queue, which the host fills and the app reads. One line a queue.
var queues = [
  'plan'
  'revoke-urgent'
  'revoke-bulk'
  'verify'
]

// The tables of `revoker/settings.py`.
var tables = [
  'ledger'
  'batches'
]

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: redundancy
  }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    dnsEndpointType: 'Standard'
    minimumTlsVersion: 'TLS1_2'
    networkAcls: {
      bypass: 'None'
      defaultAction: private ? 'Deny' : 'Allow'
    }
    publicNetworkAccess: private ? 'Disabled' : 'Enabled'
    supportsHttpsTrafficOnly: true
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2023-05-01' = {
  parent: account
  name: 'default'
}

resource package 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01' = {
  parent: blobs
  name: 'app-package'
  properties: {
    publicAccess: 'None'
  }
}

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2023-05-01' = {
  parent: account
  name: 'default'
}

resource work 'Microsoft.Storage/storageAccounts/queueServices/queues@2023-05-01' = [
  for queue in queues: {
    parent: queueService
    name: queue
  }
]

resource poison 'Microsoft.Storage/storageAccounts/queueServices/queues@2023-05-01' = [
  for queue in queues: {
    parent: queueService
    name: '${queue}-poison'
  }
]

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2023-05-01' = {
  parent: account
  name: 'default'
}

resource ledger 'Microsoft.Storage/storageAccounts/tableServices/tables@2023-05-01' = [
  for table in tables: {
    parent: tableService
    name: table
  }
]

// The ledger is the evidence, so who changes it is recorded. Queues are not: their messages hold ids only, which lead
// nowhere without the ledger, and polling them would drown the workspace.
resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'ledger-writes'
  scope: tableService
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'StorageWrite'
        enabled: true
      }
      {
        category: 'StorageDelete'
        enabled: true
      }
    ]
  }
}

@description('Name of the account.')
output name string = account.name

@description('URL of the container that holds the app\'s package.')
output packageUrl string = '${account.properties.primaryEndpoints.blob}${package.name}'
