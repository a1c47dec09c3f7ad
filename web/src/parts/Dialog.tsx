// A dialog with a form: title, fields, the problem of the last try, and two buttons.

import { Button, Form, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { messages } from '../messages';
import { ProblemNote } from './ProblemNote';

export function Dialog({
  title,
  text,
  submit,
  danger,
  busy,
  error,
  ready = true,
  wide,
  onSubmit,
  onClose,
  children,
}: {
  title: string;
  text?: string;
  /** Word of the button; without it there is only "Close". */
  submit?: string | undefined;
  danger?: boolean;
  busy?: boolean;
  error?: unknown;
  ready?: boolean;
  wide?: boolean;
  onSubmit?: () => void;
  onClose: () => void;
  children?: ReactNode;
}) {
  const id = useId();
  const problem = useRef<HTMLDivElement>(null);
  // Below many fields it would stand out of sight, and a refusal would look like nothing at all.
  useEffect(() => {
    if (error !== null && error !== undefined) {
      problem.current?.scrollIntoView({ block: 'nearest' });
    }
  }, [error]);
  return (
    <Modal isOpen variant={wide ? 'large' : 'small'} onClose={onClose} aria-labelledby={`${id}-title`}>
      <ModalHeader title={title} labelId={`${id}-title`} description={text} />
      <ModalBody>
        <Form
          id={id}
          onSubmit={(event) => {
            event.preventDefault();
            if (ready && !busy) {
              onSubmit?.();
            }
          }}
        >
          {children}
          {error !== null && error !== undefined && (
            <div ref={problem}>
              <ProblemNote error={error} wrote />
            </div>
          )}
        </Form>
      </ModalBody>
      <ModalFooter>
        {submit && (
          <Button
            type="submit"
            form={id}
            variant={danger ? 'danger' : 'primary'}
            isLoading={busy === true}
            isDisabled={!ready || busy === true}
          >
            {submit}
          </Button>
        )}
        <Button variant="link" onClick={onClose}>
          {submit ? messages.actions.cancel : messages.actions.close}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
