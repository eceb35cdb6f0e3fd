import { damaged, unreadable } from './damage.ts';

// PostgreSQL's names and those of the Encoding standard.
const labels: Readonly<Record<string, string>> = {
  UTF8: 'utf-8',
  SQL_ASCII: 'utf-8',
  LATIN2: 'iso-8859-2',
  LATIN3: 'iso-8859-3',
  LATIN4: 'iso-8859-4',
  LATIN5: 'windows-1254',
  LATIN6: 'iso-8859-10',
  LATIN7: 'iso-8859-13',
  LATIN8: 'iso-8859-14',
  LATIN9: 'iso-8859-15',
  LATIN10: 'iso-8859-16',
  ISO_8859_5: 'iso-8859-5',
  ISO_8859_6: 'iso-8859-6',
  ISO_8859_7: 'iso-8859-7',
  ISO_8859_8: 'iso-8859-8',
  KOI8R: 'koi8-r',
  KOI8U: 'koi8-u',
  WIN866: 'ibm866',
  WIN874: 'windows-874',
  WIN1250: 'windows-1250',
  WIN1251: 'windows-1251',
  WIN1252: 'windows-1252',
  WIN1253: 'windows-1253',
  WIN1254: 'windows-1254',
  WIN1255: 'windows-1255',
  WIN1256: 'windows-1256',
  WIN1257: 'windows-1257',
  WIN1258: 'windows-1258',
  EUC_JP: 'euc-jp',
  EUC_KR: 'euc-kr',
  EUC_CN: 'gbk',
};

/** How a dump's text is to be understood. */
export interface Encoding {
  /** PostgreSQL's name of it; the database is made in it, so that rows go in as they are. */
  readonly name: string;
  decode(bytes: Buffer): string;
}

/**
 * The encoding that a dump names. Throws `format_unknown` for those that no database can have, or that cannot be
 * decoded here; `decode` throws `archive_damaged` for bytes that are none of it.
 */
export function findEncoding(given: string, file: string): Encoding {
  const name =
    given.toUpperCase() === 'UNICODE' || given.toUpperCase() === 'UTF-8' ? 'UTF8' : given.toUpperCase();
  // The Encoding standard reads ISO 8859-1 as Windows-1252, PostgreSQL does not.
  if (name === 'LATIN1') return { name, decode: (bytes) => bytes.toString('latin1') };
  const label = labels[name];
  if (label === undefined) {
    throw unreadable(
      file,
      `its text is in the encoding ${given}, which is not known here`,
      'Export it with pg_dump --encoding=UTF8.',
      {
        encoding: given,
      },
    );
  }
  const decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true });
  return {
    name,
    decode: (bytes) => {
      try {
        return decoder.decode(bytes);
      } catch {
        throw damaged(file, `a statement is no valid text in ${name}`);
      }
    },
  };
}
