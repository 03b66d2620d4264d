import type { Objects } from '@gantry/core'
import { folderObjects } from './folder-objects.ts'
import { s3Address } from './s3-address.ts'
import { s3Objects } from './s3-objects.ts'

/**
 * The bucket that `address` (`GANTRY_OBJECTS`) names, or the data folder when it is empty.
 * @throws GantryError BAD_REQUEST when the address cannot be read or credentials are missing; OBJECTS_UNREACHABLE
 */
export async function openObjects(
  address: string | null,
  dir: string,
  env: Record<string, string | undefined>,
): Promise<Objects> {
  return address === null ? folderObjects(dir) : s3Objects(s3Address(address, env))
}
