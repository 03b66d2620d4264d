/** Files that undo, as `gantry init` writes them. A run of one may roll back, in the environment it was started for. */
export const isRollbackWorkflow = (path: string): boolean => /(^|\/)rollback\.ya?ml$/.test(path)
