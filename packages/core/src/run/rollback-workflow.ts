/** Files that undo, as `gantry init` writes them. A run of one may roll back, in the environment it was started for. */
export const isRollbackWorkflow = (path: string): boolean => /(^|\/)rollback\.ya?ml$/.test(path)

/** Stands in place of the id of a deployment where vendors are only asked: files that are there already pass it on. */
export const wayBackWord = 'way-back'

/** A run that puts a release back: started by hand by whoever may roll back, or by Gantry. */
export const isUndoRun = ({ workflowPath, event }: { workflowPath: string; event: string }): boolean =>
  isRollbackWorkflow(workflowPath) && event === 'workflow_dispatch'
