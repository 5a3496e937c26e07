targetScope = 'resourceGroup'

metadata description = 'What wakes somebody up. Each alert is a query over the app\'s log events; the query files say what each means.'

import { tagSet } from '../types.bicep'

@description('What the names end in.')
param suffix string

@description('Region.')
param location string

@description('Tags.')
param tags tagSet

@description('Workspace with the log lines.')
param workspaceId string

@description('Mail addresses that are told; empty for none.')
param emails string[]

@description('Action groups of yours that are told too.')
param actionGroupIds string[]

@description('From how many users on a run is told to somebody as it starts.')
param massRunUsers int

@description('From more users than this on a run waits for a second person; 0 is never.')
param approvalAbove int

var alerts = [
  {
    name: 'abandoned'
    title: 'Revoker gave up on a message'
    description: 'Users of a batch were given up (`abandoned`): retry the run. Or the directory was not listed to its end: the run says whom it misses. Or a message was unreadable, and is kept.'
    query: loadTextContent('../queries/abandoned.kql')
    severity: 1
    every: 'PT5M'
    window: 'PT15M'
    oneEach: []
  }
  {
    name: 'refused'
    title: 'Graph refused to revoke sessions'
    description: 'Users ended `refused`: the identity lacks User.RevokeSessions.All, or the directory protects these users from it.'
    query: loadTextContent('../queries/refused.kql')
    severity: 1
    every: 'PT5M'
    window: 'PT15M'
    oneEach: ['run']
  }
  {
    name: 'stuck'
    title: 'A Revoker run does not move'
    description: 'A run has not ended, and nothing of it was planned or tried for an hour.'
    query: replace(loadTextContent('../queries/stuck.kql'), '{{approvalAbove}}', string(approvalAbove))
    severity: 1
    every: 'PT1H'
    window: 'P2D'
    oneEach: ['run']
  }
  {
    name: 'put-off'
    title: 'Graph puts Revoker off'
    description: 'More than a twentieth of the tries were answered 429: something else spends the write quota. Runs go on by themselves, slower.'
    query: loadTextContent('../queries/put-off.kql')
    severity: 2
    every: 'PT15M'
    window: 'PT30M'
    oneEach: []
  }
  {
    name: 'mass-run'
    title: 'Somebody started a mass revocation'
    description: 'A run or a sweep of many users. If nobody of yours meant it, cancel the run or delete the sweep: its id is in the result.'
    query: replace(loadTextContent('../queries/mass-run.kql'), '{{users}}', string(massRunUsers))
    severity: 1
    every: 'PT5M'
    window: 'PT15M'
    oneEach: ['run']
  }
  {
    name: 'sweep-failing'
    title: 'A Revoker sweep fails again and again'
    description: 'Its last three runs left somebody undone, or could not be started. It keeps trying; GET /api/sweeps says why.'
    query: loadTextContent('../queries/sweep-failing.kql')
    severity: 2
    every: 'PT15M'
    window: 'PT30M'
    oneEach: []
  }
  {
    name: 'awaiting'
    title: 'A Revoker run waits for a second person'
    description: 'A run over more users than REVOKER_APPROVAL_ABOVE was started, or has come to them. Until a second person approves it (within four hours), no session ends, or no further one.'
    query: loadTextContent('../queries/awaiting.kql')
    severity: 1
    every: 'PT5M'
    window: 'PT15M'
    oneEach: ['run']
  }
  {
    name: 'host-failing'
    title: 'The Functions host of Revoker reports errors'
    description: 'The host cannot load the app or reach its storage. A role that has not spread yet mends itself within the hour.'
    query: loadTextContent('../queries/host-failing.kql')
    severity: 2
    every: 'PT5M'
    window: 'PT15M'
    oneEach: []
  }
  {
    name: 'broken'
    title: 'Revoker cannot do its work'
    description: 'A request failed inside, a setting is wrong, something that the app depends on does not answer, or Graph refuses one identity of several: a warning on the run says what helps.'
    query: loadTextContent('../queries/broken.kql')
    severity: 2
    every: 'PT5M'
    window: 'PT15M'
    oneEach: []
  }
]

resource mail 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(emails)) {
  name: 'ag-${suffix}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'Revoker'
    emailReceivers: [
      for (email, index) in emails: {
        name: 'mail-${index}'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

resource rules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in alerts: {
    name: 'alert-${alert.name}-${suffix}'
    location: location
    tags: tags
    kind: 'LogAlert'
    // Without one of its own a rule runs with the rights of whoever edited it last.
    identity: {
      type: 'SystemAssigned'
    }
    properties: {
      displayName: alert.title
      description: alert.description
      enabled: true
      severity: alert.severity
      autoMitigate: true
      checkWorkspaceAlertsStorageConfigured: false
      evaluationFrequency: alert.every
      // A new workspace has no tables yet, and the rules must be there before the first line.
      skipQueryValidation: true
      scopes: [workspaceId]
      windowSize: alert.window
      criteria: {
        allOf: [
          {
            query: alert.query
            operator: 'GreaterThan'
            threshold: 0
            timeAggregation: 'Count'
            // One alert a run: a second run must not hide behind the alert of the first.
            dimensions: map(alert.oneEach, column => { name: column, operator: 'Include', values: ['*'] })
            failingPeriods: {
              minFailingPeriodsToAlert: 1
              numberOfEvaluationPeriods: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: concat(actionGroupIds, empty(emails) ? [] : [mail.id])
      }
    }
  }
]

module mayRead 'reader.bicep' = [
  for (alert, index) in alerts: {
    params: {
      workspaceName: last(split(workspaceId, '/'))
      principalId: rules[index].identity.principalId
    }
  }
]
