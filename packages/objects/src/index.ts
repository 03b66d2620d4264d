export { folderObjects } from './folder-objects.ts'
export { openObjects } from './open-objects.ts'
