import type { ReactNode } from 'react'

/** Rows of a setting: the first cell names the row, the last holds its acts. Wide ones scroll by themselves. */
export function SettingsTable(props: { label: string; columns: readonly string[]; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section aria-label={`${props.label}, scrolls sideways`} tabIndex={0} className="relative overflow-x-auto">
      <table className="w-full text-left" aria-label={props.label}>
        <thead>
          <tr className="border-edge border-b text-muted">
            {props.columns.map(column => (
              <th key={column} scope="col" className="px-3 py-1 font-normal">
                {column === 'Acts' ? <span className="sr-only">{column}</span> : column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </section>
  )
}

export function SettingsRow(props: { name: ReactNode; cells: readonly ReactNode[]; acts?: ReactNode }) {
  return (
    <tr className="border-edge border-b last:border-0">
      <th scope="row" className="px-3 py-1.5 font-semibold">
        {props.name}
      </th>
      {props.cells.map((cell, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
        <td key={at} className="px-3 py-1.5">
          {cell}
        </td>
      ))}
      <td className="px-3 py-1">
        <span className="flex justify-end gap-2">{props.acts}</span>
      </td>
    </tr>
  )
}
