import { GantryError } from '@gantry/core'

/** The error of a change that names a version which is not the newest any more. */
export const movedOn = (what: string, id: string | number, version: number): GantryError =>
  new GantryError('CONFLICT', `${what} ${id} is not at version ${version} any more, or does not exist`, {
    what,
    id,
    version,
  })
