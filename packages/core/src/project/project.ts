import * as z from 'zod'
import { Config } from '../config/config.ts'

/** One monorepo under Gantry's care. */
export const Project = z.object({
  name: z.string(),
  /** Integer id that Sentry clients carry in their DSN. */
  number: z.int(),
  config: Config.nullable(),
  /** Commit the config was read from. */
  configSha: z.string().nullable(),
  createdAt: z.iso.datetime(),
})
export type Project = z.output<typeof Project>

export interface ProjectStore {
  /** Creates it with the next number when the name is new; answers the stored one. */
  ensure(project: Pick<Project, 'name' | 'createdAt'>): Promise<Project>
  get(name: string): Promise<Project | null>
  byNumber(number: number): Promise<Project | null>
  list(): Promise<Project[]>
  saveConfig(name: string, config: Config, sha: string): Promise<void>
  /** A number that stays the same once given, e.g. the public port of a service in an environment. */
  setting(project: string, name: string): Promise<unknown>
  saveSetting(project: string, name: string, value: unknown): Promise<void>
}
