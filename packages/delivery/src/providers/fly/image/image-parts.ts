import type { FlyToml } from '../toml/fly-toml.ts'

/** What an image is built of. */
export interface ImageParts {
  toml: FlyToml
  /** Its fly.toml, the folder it is built from and what by, all absolute. Without a Dockerfile Fly's builder decides. */
  configFile: string
  folder: string
  dockerfile: string | null
}
