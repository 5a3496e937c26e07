<#
.SYNOPSIS
    Azure Automation runbook: end the sessions of users through Revoker, wait, and fail when not all is done.
.DESCRIPTION
    The Automation account's system-assigned identity needs the app roles Sessions.Revoke and Sessions.Read.
    Needs PowerShell 7.2 or later as the runtime, and the module Az.Accounts, which every Automation account has.
.EXAMPLE
    ./runbook.ps1 -Api https://func-revoker-x.azurewebsites.net/api -Audience api://<tenant>/revoker `
        -Users alice@contoso.com,bob@contoso.com -Reason 'INC-1042'
#>
param(
    [Parameter(Mandatory)] [string] $Api,
    [Parameter(Mandatory)] [string] $Audience,
    [Parameter(Mandatory)] [string[]] $Users,
    [Parameter(Mandatory)] [string] $Reason,
    # An Automation account in a national cloud names it: AzureUSGovernment, AzureChinaCloud.
    [string] $Cloud = 'AzureCloud'
)

$ErrorActionPreference = 'Stop'
Connect-AzAccount -Identity -Environment $Cloud | Out-Null

function Invoke-Revoker([string] $Method, [string] $Uri, [hashtable] $Body, [string] $Key) {
    # Az.Accounts gives the token as text or as a SecureString, by version.
    $token = (Get-AzAccessToken -ResourceUrl $Audience).Token
    if ($token -is [securestring]) { $token = [System.Net.NetworkCredential]::new('', $token).Password }
    $call = @{
        Method  = $Method
        Uri     = $Uri
        Headers = @{ Authorization = "Bearer $token" }
        # The service may be away for a moment; the key makes asking twice harmless.
        MaximumRetryCount = 5
        RetryIntervalSec  = 10
    }
    if ($Key) { $call.Headers['Idempotency-Key'] = $Key }
    if ($Body) {
        $call.Body = ConvertTo-Json $Body -Depth 5
        $call.ContentType = 'application/json'
    }
    Invoke-RestMethod @call
}

$body = @{ users = @($Users); reason = $Reason }
$run = Invoke-Revoker POST "$Api/runs" $body ([guid]::NewGuid())
Write-Output "run $($run.runId): $($run.total) users"

while (-not $run.finishedAt) {
    Start-Sleep -Seconds 10
    $run = Invoke-Revoker GET "$Api/runs/$($run.runId)/result"
    Write-Output "$($run.state) $([math]::Floor(100 * $run.progress)) % $(ConvertTo-Json $run.counts -Compress)"
}

$run.warnings | ForEach-Object { Write-Warning $_ }
Write-Output "access tokens issued before may still work until $($run.residualAccessUntil)"
if ($run.state -ne 'completed') {
    throw "NOT everything is done: $($run.state). See $Api/runs/$($run.runId)/users"
}
