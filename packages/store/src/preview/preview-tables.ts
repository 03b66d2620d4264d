import type { Preview } from '@gantry/core'

/** Pull requests as they can be tried. */
export interface PreviewTables {
  'gantry.previews': {
    project: string
    number: number
    state: Preview['state']
    created_at: string
    version: number
    body: Preview
  }
}
