targetScope = 'resourceGroup'

metadata description = 'Optional isolation: the storage account answers only inside this network, which the app reaches out through.'

import { tagSet } from '../types.bicep'

@description('What the names end in.')
param suffix string

@description('Region.')
param location string

@description('Tags.')
param tags tagSet

@description('Address space of the network, at least a /26: half of it for the app, half for the endpoints.')
param addressPrefix string

var services = ['blob', 'queue', 'table']

resource closed 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: 'nsg-${suffix}'
  location: location
  tags: tags
  properties: {
    securityRules: [
      {
        name: 'nothing-from-the-internet'
        properties: {
          access: 'Deny'
          description: 'Nothing in this network serves the internet.'
          destinationAddressPrefix: '*'
          destinationPortRange: '*'
          direction: 'Inbound'
          priority: 4000
          protocol: '*'
          sourceAddressPrefix: 'Internet'
          sourcePortRange: '*'
        }
      }
    ]
  }
}

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'vnet-${suffix}'
  location: location
  tags: tags
  properties: {
    addressSpace: {
      addressPrefixes: [addressPrefix]
    }
  }
}

resource appSubnet 'Microsoft.Network/virtualNetworks/subnets@2024-05-01' = {
  parent: network
  name: 'app'
  properties: {
    addressPrefix: cidrSubnet(addressPrefix, 27, 0)
    delegations: [
      {
        name: 'flex-consumption'
        properties: {
          // Flex Consumption runs on this service; the delegation of other plans is refused.
          serviceName: 'Microsoft.App/environments'
        }
      }
    ]
    networkSecurityGroup: {
      id: closed.id
    }
  }
}

resource endpointSubnet 'Microsoft.Network/virtualNetworks/subnets@2024-05-01' = {
  parent: network
  name: 'endpoints'
  properties: {
    addressPrefix: cidrSubnet(addressPrefix, 27, 1)
    networkSecurityGroup: {
      id: closed.id
    }
  }
  // A network takes one change of its subnets at a time.
  dependsOn: [appSubnet]
}

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for service in services: {
    name: 'privatelink.${service}.${environment().suffixes.storage}'
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (service, index) in services: {
    parent: zones[index]
    name: network.name
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: {
        id: network.id
      }
    }
  }
]

@description('Subnet the app reaches private endpoints through.')
output appSubnetId string = appSubnet.id

@description('Subnet of the private endpoints.')
output endpointSubnetId string = endpointSubnet.id
