import type { Role } from '@gantry/core/api'

export const roleWords: Record<Role, string> = {
  viewer: 'viewer',
  developer: 'developer',
  'release-manager': 'release manager',
  owner: 'owner',
}
