import * as z from 'zod'
import { Config } from '../config/config.ts'

/** One monorepo under Gantry's care. */
export const Project = z.object({
  /** Never changes: it is in every row, folder and address of the project. */
  name: z.string(),
  /** What people call it; theirs to change. */
  title: z.string(),
  /** Integer id that Sentry clients carry in their DSN. */
  number: z.int(),
  config: Config.nullable(),
  /** Commit the config was read from. */
  configSha: z.string().nullable(),
  createdAt: z.iso.datetime(),
  /** It rests: nothing of it runs and nothing is lost. Null: it does not. */
  archivedAt: z.iso.datetime().nullable(),
})
export type Project = z.output<typeof Project>

export interface ProjectStore {
  /** Creates it with the next number when the name is new; answers the stored one. */
  ensure(project: Pick<Project, 'name' | 'createdAt'>): Promise<Project>
  rename(name: string, title: string): Promise<void>
  /** With null it is taken up again. */
  archive(name: string, at: string | null): Promise<void>
  get(name: string): Promise<Project | null>
  byNumber(number: number): Promise<Project | null>
  list(): Promise<Project[]>
  saveConfig(name: string, config: Config, sha: string): Promise<void>
  /** A number that stays the same once given, e.g. the public port of a service in an environment. */
  setting(project: string, name: string): Promise<unknown>
  saveSetting(project: string, name: string, value: unknown): Promise<void>
}
