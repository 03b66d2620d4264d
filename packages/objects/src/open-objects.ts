import { access, constants } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { GantryError, type Objects } from '@gantry/core'
import { folderObjects } from './folder-objects.ts'
import { s3Address } from './s3-address.ts'
import { s3Objects } from './s3-objects.ts'

/**
 * The bucket that `address` (`GANTRY_OBJECTS`) names, or a folder that several servers see; the data folder when it is empty.
 * @throws GantryError BAD_REQUEST when the address cannot be read or credentials are missing; OBJECTS_UNREACHABLE
 */
export async function openObjects(
  address: string | null,
  dir: string,
  env: Record<string, string | undefined>,
): Promise<Objects> {
  if (address === null) return folderObjects(dir)
  if (!isAbsolute(address)) return s3Objects(s3Address(address, env))
  // Not made when it is missing: it is perhaps a disk that was not mounted.
  await access(address, constants.W_OK).catch(cause => {
    throw new GantryError('OBJECTS_UNREACHABLE', `expected a folder to write in at ${address}`, {}, { cause })
  })
  return folderObjects(address)
}
