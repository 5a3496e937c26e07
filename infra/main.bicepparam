using 'main.bicep'

// What differs between deployments comes from the environment (`azd env set NAME value`, or `export NAME=value`); what
// is decided once for an organisation is better written here and reviewed.

param name = readEnvironmentVariable('REVOKER_NAME', 'revoker')

param apiClientId = readEnvironmentVariable('REVOKER_API_CLIENT_ID')

param responder = {
  REVOKER_PROTECTED: readEnvironmentVariable('REVOKER_PROTECTED', '')
}

param sentinelWorkspaceId = readEnvironmentVariable('REVOKER_SENTINEL_WORKSPACE_ID', '')

param sentinelPrincipalId = readEnvironmentVariable('REVOKER_SENTINEL_PRINCIPAL_ID', '')
