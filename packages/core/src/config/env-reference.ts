/** A value that differs by machine, read from the environment of the runner: never written into the file. */
export const env = (name: string): string => `\${${name}}`

const reference = /\$\{(\w+)\}/g

/** The names a text of a config asks the machine for. */
export const namesReferredTo = (text: string): string[] => [...text.matchAll(reference)].map(([, name = '']) => name)

/** The text with each name's value of this machine in its place; nothing for one that is not set. */
export const withValues = (text: string, values: Readonly<Record<string, string | undefined>>): string =>
  text.replace(reference, (_, name: string) => values[name] ?? '')
