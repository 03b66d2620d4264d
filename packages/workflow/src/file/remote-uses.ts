/** `owner/name/path@ref`: an action in a repository of its own. */
export interface RemoteUses {
  owner: string
  name: string
  /** The folder of the action in its repository; empty for the root. */
  path: string
  ref: string
}

/** Nothing for what is not written like that; a ref that git would read as an option is not. */
export function parseRemoteUses(uses: string): RemoteUses | undefined {
  const match = /^([\w-]+)\/([\w.-]+)((?:\/[^/@\s]+)*)@([^\s@~^:?*[\\-][^\s@~^:?*[\\]*)$/.exec(uses)
  const [, owner = '', name = '', path = '', ref = ''] = match ?? []
  const isPlain = [name, ...path.split('/'), ...ref.split('/')].every(part => part !== '.' && part !== '..')
  return match === null || !isPlain ? undefined : { owner, name, path: path.slice(1), ref }
}
