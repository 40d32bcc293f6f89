import { registry } from '../registry'
import { words } from '../words'

/** What people call a touchpoint type; one of their own keeps its name. */
export function touchpointName(type: string): string {
  return words.value.touchpoints.types[type] ?? type
}

/** What people call a channel; social.instagram is Instagram. */
export function channelName(channel: string): string {
  const network = channel.startsWith('social.') ? channel.slice('social.'.length) : ''
  if (network) return network.charAt(0).toUpperCase() + network.slice(1)
  return words.value.touchpoints.channels[channel] ?? channel
}

export const touchpointTypes = () => registry.vocabulary.touchpoints

const networks = ['instagram', 'facebook', 'tiktok', 'youtube', 'pinterest', 'linkedin', 'x']

/** The shipped channels, with the usual networks in place of social.*. */
export const channels = () =>
  registry.vocabulary.channels.flatMap((one) => (one === 'social.*' ? networks.map((network) => `social.${network}`) : [one]))
