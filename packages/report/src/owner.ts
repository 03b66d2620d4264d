/** The package a file belongs to: the longest folder of them that holds it; the root is `.`. */
export function ownerOf(file: string, packages: readonly string[]): string {
  return packages
    .filter(folder => file.startsWith(`${folder}/`))
    .reduce((longest, folder) => (folder.length > longest.length ? folder : longest), '.')
}
