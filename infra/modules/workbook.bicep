targetScope = 'resourceGroup'

metadata description = 'One page to look at during a run: runs, pages planned, outcomes over time, rate against the quota, what did not work and why.'

import { tagSet } from '../types.bicep'

@description('Region.')
param location string

@description('Tags.')
param tags tagSet

@description('Workspace with the log lines.')
param workspaceId string

@description('Writes a second that the directory takes, which the rate is drawn against.')
param writeRate string

@description('Workspace with the tenant\'s sign-in logs, for the tab about an intruder\'s last hour; empty for no such tab.')
param sentinelWorkspaceId string

var page = loadJsonContent('../workbook.json')
var lastHour = loadJsonContent('../workbook-last-hour.json')
var shown = union(page, { items: concat(page.items, empty(sentinelWorkspaceId) ? [] : lastHour.items) })

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(workspaceId, 'revoker')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    category: 'workbook'
    displayName: 'Revoker'
    serializedData: replace(
      replace(string(shown), '{{writeRate}}', writeRate),
      '{{sentinelWorkspace}}',
      sentinelWorkspaceId
    )
    sourceId: workspaceId
    version: '1.0'
  }
}
