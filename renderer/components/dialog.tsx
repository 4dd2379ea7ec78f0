import './dialog.css';
import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { t } from '../i18n/t.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';

export type DialogProps = {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons, the one that Enter means last. */
  readonly footer?: ReactNode;
  readonly wide?: boolean;
  /** While something runs that must be seen to its end, Escape does not close it. */
  readonly locked?: boolean;
};

/** A dialog in the middle of the window. It holds the focus, closes with Escape and gives the focus back. */
export function Dialog({ title, onClose, children, footer, wide = false, locked = false }: DialogProps) {
  return (
    <ModalOverlay
      className="scrim"
      isOpen
      isDismissable={!locked}
      isKeyboardDismissDisabled={locked}
      onOpenChange={(open) => (open ? undefined : onClose())}
      data-overlay=""
    >
      <Modal className={wide ? 'modal wide' : 'modal'}>
        <AriaDialog className="dialog">
          <header>
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            <Button kind="plain" small aria-label={t('Close')} isDisabled={locked} onPress={onClose}>
              <Icon name="close" />
            </Button>
          </header>
          <div className="body">{children}</div>
          {footer ? <footer>{footer}</footer> : null}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
