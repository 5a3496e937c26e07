<#
.SYNOPSIS
    Azure Automation runbook: end sessions through Revoker, wait, and fail when not all is done.
.DESCRIPTION
    Name users, or groups, roles, a filter or everybody; docs/api.md says what each means. The Automation account's
    system-assigned identity needs the app roles Sessions.Revoke and Sessions.Read, for all but users
    Sessions.RevokeAll too. Needs PowerShell 7.2 or later as the runtime, and the module Az.Accounts, which every
    Automation account has. A sandbox job ends after three hours; the run goes on without it.
.EXAMPLE
    ./runbook.ps1 -Api https://func-revoker-x.azurewebsites.net/api -Audience api://<tenant>/revoker `
        -Users alice@contoso.com,bob@contoso.com -Reason 'INC-1042'
.EXAMPLE
    ./runbook.ps1 -Api … -Audience … -AllUsers $true -CompromisedAt 2026-11-01T00:00:00Z -Reason 'INC-1043'

    On a federated tenant whose certificates are older than that it fails, and says which, and what to acknowledge.
#>
param(
    [Parameter(Mandatory)] [string] $Api,
    [Parameter(Mandatory)] [string] $Audience,
    [Parameter(Mandatory)] [string] $Reason,
    [string[]] $Users,
    [string[]] $Groups,
    [string[]] $Roles,
    [string] $Filter,
    [bool] $AllUsers,
    # RFC 3339, as text: certificates and sessions from before are not to be trusted.
    [string] $CompromisedAt,
    [string[]] $Acknowledge,
    # An Automation account in a national cloud names it: AzureUSGovernment, AzureChinaCloud.
    [string] $Cloud = 'AzureCloud'
)

$ErrorActionPreference = 'Stop'

# A token goes over TLS, or stays on this machine.
if ($Api -notmatch '^(https://[^/?#@]+|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?)(/|$)') {
    throw "$Api does not start with https://: the token could be read on its way. Nothing was started."
}
$Api = $Api.TrimEnd('/')
Connect-AzAccount -Identity -Environment $Cloud | Out-Null

function Invoke-Revoker([string] $Method, [string] $Uri, [string] $Body, [string] $Key) {
    # Az.Accounts gives the token as text or as a SecureString, by version.
    $token = (Get-AzAccessToken -ResourceUrl $Audience).Token
    if ($token -is [securestring]) { $token = [System.Net.NetworkCredential]::new('', $token).Password }
    $call = @{
        Method  = $Method
        Uri     = $Uri
        Headers = @{ Authorization = "Bearer $token" }
        # A redirect is an error: the token is for this address alone.
        MaximumRedirection = 0
        # The service may be away for a moment; the key makes asking twice harmless.
        MaximumRetryCount = 5
        RetryIntervalSec  = 10
    }
    if ($Key) { $call.Headers['Idempotency-Key'] = $Key }
    if ($Body) {
        $call.Body = $Body
        $call.ContentType = 'application/json; charset=utf-8'
    }
    try { Invoke-RestMethod @call }
    catch {
        # What the API says is worth more than the status alone: the gate names certificates and what to acknowledge.
        if ($_.ErrorDetails) { throw $_.ErrorDetails.Message }
        throw
    }
}

$asked = [ordered]@{
    reason        = $Reason
    users         = $Users
    groups        = $Groups
    roles         = $Roles
    filter        = $Filter
    allUsers      = $AllUsers
    compromisedAt = $CompromisedAt
    acknowledge   = $Acknowledge
}
$body = [ordered]@{}
foreach ($name in $asked.Keys) { if ($asked[$name]) { $body[$name] = $asked[$name] } }
$json = ConvertTo-Json $body -Depth 5 -Compress

# Automation starts an interrupted job from the beginning: the same request must be the same run. To ask for the same
# once more, give another reason.
$digest = [System.Security.Cryptography.SHA256]::HashData([System.Text.Encoding]::UTF8.GetBytes($json))
$run = Invoke-Revoker POST "$Api/runs" $json ([System.Convert]::ToHexString($digest))
Write-Output "run $($run.runId): $($run.total) users$(if ($run.replayed) { ', asked for before' })"

while (-not $run.finishedAt) {
    if ($run.state -eq 'awaiting_approval') {
        Write-Output "a second person must approve within four hours: POST $Api/runs/$($run.runId)/approve"
    }
    Start-Sleep -Seconds 10
    $run = Invoke-Revoker GET "$Api/runs/$($run.runId)/result"
    Write-Output "$($run.state) $([math]::Floor(100 * $run.progress)) % $(ConvertTo-Json $run.counts -Compress)"
}

$run.warnings | ForEach-Object { Write-Warning $_ }
if ($run.residualAccessUntil) {
    Write-Output ('access tokens issued before may still work until {0:u}' -f $run.residualAccessUntil)
    Write-Output $run.residualAccessNote
}
if ($run.state -ne 'completed') {
    throw "NOT everything is done: $($run.state). See $Api/runs/$($run.runId)/users"
}
