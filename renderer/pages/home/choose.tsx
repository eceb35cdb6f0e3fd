import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { takeChosen } from '../../store/upload.ts';
import { texts } from '../../texts/firstrun.ts';

/** What dropping does, by a button: a file, or a folder with all that is in it. */
export function Choose({ of }: { of: 'file' | 'folder' }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (of === 'folder' && input.current !== null) input.current.webkitdirectory = true;
  }, [of]);
  const label = of === 'file' ? texts.chooseFile : texts.chooseFolder;
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={label}
        onChange={(event) => {
          takeChosen([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = '';
        }}
      />
      <Button size="sm" onClick={() => input.current?.click()}>
        {label}
      </Button>
    </>
  );
}
