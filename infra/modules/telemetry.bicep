targetScope = 'resourceGroup'

metadata description = 'Where the app\'s log lines go. Only Entra identities may write to it: there is no instrumentation key that works.'

import { tagSet } from '../types.bicep'

@description('What the names end in.')
param suffix string

@description('Region.')
param location string

@description('Tags.')
param tags tagSet

@description('How long logs are kept, in days.')
param retentionDays int

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: 'log-${suffix}'
  location: location
  tags: tags
  properties: {
    features: {
      disableLocalAuth: true
      enableLogAccessUsingOnlyResourcePermissions: true
    }
    retentionInDays: retentionDays
    sku: {
      name: 'PerGB2018'
    }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-${suffix}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    DisableLocalAuth: true
    WorkspaceResourceId: workspace.id
  }
}

@description('Resource id of the workspace.')
output workspaceId string = workspace.id

@description('Name of the Application Insights component.')
output insightsName string = insights.name

@description('Where telemetry is sent; an address, not a secret, since local authentication is off.')
output connectionString string = insights.properties.ConnectionString
