import { AlertDialog } from 'radix-ui'
import { type ReactNode, useRef, useState } from 'react'
import { Button } from './button.tsx'
import { asError, Refusal } from './refusal.tsx'
import { sheet, useWayBack, veil } from './sheet.tsx'

/** What cannot be undone, said before it is done. The title is the consequence; the focus starts on Cancel. */
export function ConfirmDialog(props: {
  title: string
  confirm: string
  children?: ReactNode
  onClose: () => void
  act: () => Promise<unknown>
}) {
  const { title, confirm, children, onClose, act } = props
  const [refused, setRefused] = useState<Error | null>(null)
  const acting = useRef(false)
  const go = async () => {
    if (acting.current) return
    acting.current = true
    try {
      await act()
      onClose()
    } catch (cause) {
      setRefused(asError(cause))
    } finally {
      acting.current = false
    }
  }
  return (
    <AlertDialog.Root open onOpenChange={isOpen => !isOpen && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={veil} />
        <AlertDialog.Content className={sheet} aria-describedby={undefined} onCloseAutoFocus={useWayBack()}>
          <AlertDialog.Title className="border-edge border-b p-4 font-semibold text-16">{title}</AlertDialog.Title>
          <div className="space-y-3 p-4">
            {children}
            {refused && <Refusal error={refused} onRetry={() => void go()} />}
            <div className="flex flex-wrap justify-end gap-2">
              <AlertDialog.Cancel asChild>
                <Button>Cancel</Button>
              </AlertDialog.Cancel>
              <Button look="danger" onClick={() => void go()}>
                {confirm}
              </Button>
            </div>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
