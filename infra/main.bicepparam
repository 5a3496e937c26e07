using 'main.bicep'

// What differs between deployments comes from the environment (`azd env set NAME value`, or `export NAME=value`); what
// is decided once for an organisation is better written here and reviewed.

param name = readEnvironmentVariable('RESPONDER_NAME', 'revoker')

param apiClientId = readEnvironmentVariable('RESPONDER_API_CLIENT_ID')

param revokerIdentities = int(readEnvironmentVariable('RESPONDER_IDENTITIES', '1'))

param responder = {
  REVOKER_PROTECTED: readEnvironmentVariable('REVOKER_PROTECTED', '')
}

param sentinelWorkspaceId = readEnvironmentVariable('RESPONDER_SENTINEL_WORKSPACE_ID', '')

param sentinelPrincipalId = readEnvironmentVariable('RESPONDER_SENTINEL_PRINCIPAL_ID', '')

param sentinelGrant = readEnvironmentVariable('RESPONDER_SENTINEL_GRANT', 'yes') == 'yes'
