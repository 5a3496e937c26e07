@description('What an operator may set on the app. Left out, the app uses the default named here; a wrong value stops it at start and is named in its log. `revoker/settings.py` reads them.')
@export()
@sealed()
type responderSettings = {
  @description('Accounts that are never revoked (break-glass): object ids or user principal names, separated by commas. Default: none.')
  REVOKER_PROTECTED: string?

  @description('How many writes the directory takes at once, 1 to 1,000,000. Default 3000, Graph\'s documented limit for one application in one tenant.')
  REVOKER_WRITE_BURST: string?

  @description('How many writes a second the directory takes after the burst, 0.1 to 100,000. Default 20.')
  REVOKER_WRITE_RATE: string?

  @description('Share of the burst that bulk runs leave free for urgent ones, 0 to 90 percent. Default 10.')
  REVOKER_URGENT_SHARE: string?

  @description('How many writes the directory takes at once from all applications of the tenant, 1 to 10,000,000. Default 18000; asked only with several identities.')
  REVOKER_TENANT_BURST: string?

  @description('How many writes a second it takes from them after that, 0.1 to 1,000,000. Default 60.')
  REVOKER_TENANT_RATE: string?

  @description('The share of both that this app may use, 0.01 to 1. Default 0.9.')
  REVOKER_TENANT_SHARE: string?

  @description('How often a user is tried before it counts as failed, 1 to 1000, not counting answers of "too many requests". Default 20.')
  REVOKER_MAX_ATTEMPTS: string?

  @description('How long a user is tried before it counts as failed, 0.01 to 168 hours. Default 24.')
  REVOKER_MAX_AGE_HOURS: string?

  @description('When an accepted revocation is read back, one to ten whole seconds separated by commas. Default 30,120,300.')
  REVOKER_VERIFY_DELAYS: string?

  @description('How far the directory\'s clock may be behind ours, 0 to 300 seconds. Default 60.')
  REVOKER_CLOCK_SKEW_SECONDS: string?

  @description('From more users than this on, a second person must approve a run; 0 is never. Default 0.')
  REVOKER_APPROVAL_ABOVE: string?

  @description('How many named users of one caller may wait for the write quota at once, 200 to 10,000,000. Default 20000.')
  REVOKER_CALLER_SLOTS: string?

  @description('How long a batch may be overdue before its message counts as lost and is sent again, 1 to 86,400 seconds. Default 900.')
  REVOKER_HEAL_AFTER_SECONDS: string?
  REVOKER_ACCESS_TOKEN_MINUTES: string?

  @description('How long one call to Graph may take, 0.1 to 230 seconds. Default 30.')
  REVOKER_GRAPH_TIMEOUT_SECONDS: string?

  @description('When the sweep of the settings is due: NCRONTAB, six fields, UTC, at least 15 minutes apart. Default: no such sweep.')
  SWEEP_SCHEDULE: string?

  @description('Whom it sweeps, in JSON, as in the body of a run: {"allUsers": true}.')
  SWEEP_SCOPE: string?

  @description('The eviction: sessions from before this time end. Either this or SWEEP_MAX_SESSION_AGE_HOURS.')
  SWEEP_ISSUED_BEFORE: string?

  @description('Sessions older than so many hours at a tick end, 1 to 2,160. Either this or SWEEP_ISSUED_BEFORE.')
  SWEEP_MAX_SESSION_AGE_HOURS: string?

  @description('When it ends by itself, at most 90 days ahead.')
  SWEEP_UNTIL: string?
}

@description('Tags by name.')
@export()
type tagSet = {
  *: string
}

@description('An identity by its resource id and its client id.')
@export()
type identityRef = {
  id: string
  clientId: string
}

@description('How the app scales.')
@export()
type scaleSettings = {
  @description('Most instances on demand. Sources disagree whether of each function (azure-rest-api-specs#45083) or of all together, and whether fewer than 40 are taken (azure-functions-host#10523); 40 is right either way. The pace of revoking comes from the queue and does not depend on it.')
  @minValue(1)
  @maxValue(1000)
  maximumInstanceCount: int

  @description('Memory of an instance in MB.')
  instanceMemoryMB: 512 | 2048 | 4096

  @description('Instances always kept warm for HTTP; 0 is none, and the first call waits some seconds.')
  @minValue(0)
  alwaysReadyHttp: int

  @description('Instances always kept warm for urgent revocations; 0 is none.')
  @minValue(0)
  alwaysReadyUrgent: int

  @description('HTTP requests that one instance takes at once.')
  @minValue(1)
  @maxValue(1000)
  httpConcurrency: int
}

@description('Who may come in.')
@export()
type gateSettings = {
  @description('Application (client) id of the app registration.')
  clientId: string

  @description('Its identifier URI: the audience that callers ask tokens for.')
  audience: string

  @description('Issuer of the tokens.')
  issuer: string

  @description('Object ids of the only callers let in; empty for everybody with an app role.')
  callers: string[]
}

@description('The rule that starts the incident playbook by itself.')
@export()
type automationSettings = {
  @description('Whether the rule is on. Default: off, until somebody has watched the playbook work by hand.')
  enabled: bool?

  @description('Place among the workspace\'s rules. Default 100.')
  @minValue(1)
  @maxValue(1000)
  order: int?

  @description('Severities of the incidents. Default: High.')
  @minLength(1)
  severities: ('High' | 'Medium' | 'Low' | 'Informational')[]?

  @description('Resource ids of analytics rules, of which one must have raised the incident. Default: any rule.')
  analyticRuleIds: string[]?
}

@description('Three copies in three zones, three in one, or three zones and another region.')
@export()
type redundancyName = 'Standard_ZRS' | 'Standard_LRS' | 'Standard_GZRS'
