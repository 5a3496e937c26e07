targetScope = 'resourceGroup'

metadata description = 'One user-assigned identity: it exists before the resource that uses it, so its roles are in place when that resource starts.'

import { tagSet } from '../types.bicep'

@description('Name of the identity.')
param name string

@description('Region.')
param location string

@description('Tags.')
param tags tagSet

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: name
  location: location
  tags: tags
}

@description('Resource id, by which an app or a playbook names the identity it runs as.')
output id string = identity.id

@description('Application (client) id, by which code asks for the identity\'s tokens and audit logs name it.')
output clientId string = identity.properties.clientId

@description('Object id of the service principal, to which roles are assigned.')
output principalId string = identity.properties.principalId
