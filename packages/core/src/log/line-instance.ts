import { fieldValues } from './query/line-values.ts'

/** What loggers and shippers call the process or machine that wrote a line; the one that tells most apart first. */
const names = [
  ...['service_instance_id', 'instance_id', 'instance', 'fly_app_instance', 'fly_machine_id', 'machine_id', 'machine'],
  ...['k8s_pod_name', 'kubernetes_pod_name', 'pod_name', 'pod', 'container_id', 'hostname', 'host_name', 'host'],
]

/** The field of a line that says which of several instances of its service wrote it; null where none does. */
export function lineInstance(fields: Readonly<Record<string, unknown>>): { name: string; value: string } | null {
  const values = new Map(fieldValues(fields))
  const name = names.find(each => values.has(each))
  return name === undefined ? null : { name, value: values.get(name) ?? '' }
}
