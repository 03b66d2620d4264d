import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Host } from '../host.ts'

/** Where Gantry keeps, for this user, what it can do without. */
export const cacheHome = (host: Host): string => join(host.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'gantry')
