targetScope = 'resourceGroup'

metadata name = 'Revoker'
metadata description = 'A responder that ends Microsoft 365 sign-in sessions, with its storage, its gate, its watch and its Sentinel playbooks.'

import { responderSettings, scaleSettings, tagSet } from 'types.bicep'

@description('Short name that the resources carry.')
@minLength(3)
@maxLength(20)
param name string = 'revoker'

@description('Region. Default: the resource group\'s.')
param location string = resourceGroup().location

@description('Tags on every resource. Default: none.')
param tags tagSet = {}

@description('Application (client) id of the app registration that guards the API (`infra/entra/app.bicep` makes it).')
@minLength(36)
@maxLength(36)
param apiClientId string

@description('Identifier URI of that app registration: the audience that callers ask tokens for.')
param apiAudience string = 'api://${tenant().tenantId}/${name}'

@description('Object ids of the only callers let in besides the playbooks. Default: everybody who has an app role.')
param callers string[] = []

@description('Where tokens come from. Default: the cloud\'s own. In China the issuer of tokens is another host than the sign-in page: https://login.partner.microsoftonline.cn/.')
param loginEndpoint string = environment().authentication.loginEndpoint

@description('Whether Graph is the US Department of Defense\'s, which shares Azure with US Government and cannot be told from it. Default: no.')
param departmentOfDefense bool = false

@description('What an operator sets on the app, protected accounts above all. Default: nothing.')
param responder responderSettings = {}

@description('How the app scales.')
param scale scaleSettings = {
  alwaysReadyHttp: 0
  alwaysReadyUrgent: 0
  httpConcurrency: 16
  instanceMemoryMB: 2048
  maximumInstanceCount: 4
}

@description('How long logs are kept, in days. Default 90.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

var suffix = '${name}-${uniqueString(resourceGroup().id, name)}'

module identity 'modules/identity.bicep' = {
  params: {
    name: 'id-${suffix}'
    location: location
    tags: tags
  }
}

module telemetry 'modules/telemetry.bicep' = {
  params: {
    suffix: suffix
    location: location
    tags: tags
    retentionDays: logRetentionDays
  }
}

module storage 'modules/storage.bicep' = {
  params: {
    name: 'st${uniqueString(resourceGroup().id, name)}'
    location: location
    tags: tags
    private: false
    workspaceId: telemetry.outputs.workspaceId
  }
}

module access 'modules/access.bicep' = {
  params: {
    principalId: identity.outputs.principalId
    storageName: storage.outputs.name
    insightsName: telemetry.outputs.insightsName
  }
}

module app 'modules/app.bicep' = {
  params: {
    suffix: suffix
    location: location
    tags: tags
    identity: {
      id: identity.outputs.id
      clientId: identity.outputs.clientId
    }
    storageName: storage.outputs.name
    packageUrl: storage.outputs.packageUrl
    insightsConnectionString: telemetry.outputs.connectionString
    workspaceId: telemetry.outputs.workspaceId
    subnetId: ''
    cloud: departmentOfDefense ? 'AzureUSGovernmentDoD' : environment().name
    responder: responder
    scale: scale
    gate: {
      clientId: apiClientId
      audience: apiAudience
      issuer: '${loginEndpoint}${tenant().tenantId}/v2.0'
      callers: callers
    }
  }
  // Without its roles the host fails, and says nothing.
  dependsOn: [access]
}

@description('Where the API answers.')
output REVOKER_API_URL string = app.outputs.apiUrl
