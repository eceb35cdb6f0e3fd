import { Group, Modal, Text } from '@mantine/core';
import type { BrowsedColumn, WholeCell } from '../../../../electron/contract/browse.ts';
import { Copy } from '../../../parts/copy.tsx';
import { Failed } from '../../../parts/failure.tsx';
import { formatBytes } from '../../../parts/format.ts';
import { Loading } from '../../../parts/loading.tsx';
import { useAsk } from '../../../store/ask.ts';
import { texts } from '../../../texts/data.ts';
import styles from './data.module.css';
import { readWhole, type Spot } from './read-whole.ts';

interface Props {
  readonly spot: Spot;
  readonly column: BrowsedColumn;
  onClose(): void;
}

/** One value whole: JSON laid out, bytes in hexadecimal, long text with its line ends. */
export function WholeValue({ spot, column, onClose }: Props) {
  const { data, failure } = useAsk(`${spot.row} ${column.name}`, (signal) => readWhole(spot, signal));
  const shown = data === null ? '' : layOut(data, column);
  return (
    <Modal opened size="lg" onClose={onClose} title={`${column.name} · ${column.type}`}>
      {failure !== null && <Failed failure={failure} />}
      {data === null && failure === null && <Loading rows={3} />}
      {data !== null && (
        <>
          <Group justify="space-between" mb="xs">
            <Text size="sm" c="dimmed" className="num">
              {data.complete ? formatBytes(data.bytes) : texts.cut(formatBytes(data.bytes))}
            </Text>
            <Copy text={shown} />
          </Group>
          {data.value === null ? (
            <span className={styles.null}>{texts.null}</span>
          ) : (
            <div className={styles.whole}>{shown}</div>
          )}
        </>
      )}
    </Modal>
  );
}

function layOut({ value, encoding }: WholeCell, { shape }: BrowsedColumn): string {
  if (value === null) return '';
  if (encoding === 'base64') return hexOf(value);
  if (shape !== 'json') return value;
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}

function hexOf(base64: string): string {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const lines = Array.from({ length: Math.ceil(bytes.length / 16) }, (_, index) => {
    const part = bytes.subarray(index * 16, index * 16 + 16);
    const hex = [...part].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = [...part]
      .map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '·'))
      .join('');
    return `${(index * 16).toString(16).padStart(8, '0')}  ${hex.padEnd(47)}  ${text}`;
  });
  return lines.join('\n');
}
