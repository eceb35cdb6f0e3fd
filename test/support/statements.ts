import fc from 'fast-check';

/**
 * Scripts of statements that PostgreSQL's grammar takes, made of all that can hide a semicolon: strings of every kind,
 * quoted names, dollar quotes, nested comments, bodies of SQL, rules, rows of a COPY. They need the table `t (a text)`.
 * What psql itself reads otherwise than the server is not among them: `:name`, and a string with escapes that goes on
 * behind a line break.
 */
export const scripts: fc.Arbitrary<string> = fc.letrec((tie) => {
  const inner = fc
    .array(
      fc.constantFrom(
        ...[
          ';',
          'a',
          ' ',
          '--',
          '/*',
          '*/',
          '$',
          '$$',
          '$x$',
          '\n',
          '"',
          '(',
          ')',
          'é',
          '🐚',
          'end',
          'begin',
        ],
        ...[';\n', 'copy t from stdin;\n', '\\!', '\\.', "E'", '\r\n', '\t', '1', 'case'],
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join(''));
  const noQuotes = inner.map((text) => text.replaceAll(/["']/g, ''));
  const plain = inner.map((text) => `'${text.replaceAll("'", "''")}'`);
  const escaped = fc
    .array(fc.constantFrom("\\'", '\\\\', "''", ';', 'a', '\\n', '"', '--', '$$', '/*', '\\x41'), {
      maxLength: 6,
    })
    .map((parts) => `E'${parts.join('')}'`);
  const unicode = noQuotes.map((text) => `U&'${text.replaceAll('\\', '\\\\')}'`);
  const bits = fc.constantFrom("b'01'", "B''", "x'1F'", "n'a;b'", "N'--'");
  const dollar = fc
    .tuple(fc.constantFrom('', 'a', 'tag_1', 'é'), inner)
    .map(([tag, text]) => `$${tag}$${text.replaceAll('$', '').replaceAll("'", '')}$${tag}$`);
  const nested = inner.map((text) => `$q$ $$${text.replaceAll('$q$', '')}$$ $other$ ; $q$`);
  const pieces = fc.tuple(plain, plain).map(([one, two]) => `${one}\n${two}`);
  const name = fc.oneof(
    fc.constantFrom('a', 'b$c$d', '_x', 'é', 'select1', 'begin_', 'ende', 'a$', 'caseé'),
    noQuotes.map((text) => `"x${text}"`),
    fc.constantFrom('"a""b;"', 'U&"x;y"', '"begin"', '"end;"', '"\n;"'),
  );
  const number = fc.constantFrom('1', '1.5', '.5', '1e5', '0x1F', '1_000', '2.');
  const comment = fc.oneof(
    noQuotes.map((text) => `--${text.replaceAll(/[\r\n]/g, '')}\n`),
    inner.map((text) => `/*${text.replaceAll(/\*\/|\/\*|\/|\*/g, '')}*/`),
    noQuotes.map((text) => `/* /* ; ${text.replaceAll(/[/*]/g, '')} */ ; */`),
  );
  const space = fc.oneof(
    { weight: 12, arbitrary: fc.constant(' ') },
    fc.constantFrom('\n', '\t', '\r\n', '  ', '\f', ' \n'),
    comment.map((text) => ` ${text} `),
  );
  const literal = fc.oneof(plain, escaped, unicode, bits, dollar, nested, pieces, number);
  const operator = fc.constantFrom(
    '||',
    '+',
    '-',
    '*',
    '/',
    '<->',
    '@-',
    '=',
    '<>',
    '%',
    '^',
    '&&',
    '?',
    '->>',
  );
  const value = tie('value') as fc.Arbitrary<string>;
  const query = tie('query') as fc.Arbitrary<string>;
  const join = (...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
    fc
      .tuple(...parts.map((part) => fc.tuple(typeof part === 'string' ? fc.constant(part) : part, space)))
      .map((pairs) =>
        pairs.map(([part, after], index) => part + (index === pairs.length - 1 ? '' : after)).join(''),
      );
  const body = fc.oneof(join('return', value), query, join('insert into t values (', value, ')'));
  const statement = fc.oneof(
    { weight: 6, arbitrary: query },
    join('insert into t values (', value, ')'),
    join('update t set a =', value, 'where', value),
    join('do', dollar),
    join('comment on table t is', plain),
    join('create function', name, '() returns text language sql as', fc.oneof(dollar, plain, escaped)),
    fc
      .tuple(
        fc.constantFrom('create function', 'create or replace function', 'CREATE FUNCTION'),
        name,
        fc.array(body, { maxLength: 3 }),
      )
      .map(
        ([make, called, bodies]) =>
          `${make} ${called}() returns text begin atomic ${bodies.map((one) => `${one};`).join(' ')} end`,
      ),
    fc.tuple(name, fc.array(body, { minLength: 1, maxLength: 2 })).map(
      ([called, bodies]) =>
        `create procedure ${called}() begin atomic ${bodies
          .filter((one) => !one.startsWith('return'))
          .map((one) => `${one};`)
          .join('\n')} end`,
    ),
    fc
      .tuple(name, query, query)
      .map(([called, one, two]) => `create rule ${called} as on insert to t do also (${one}; ${two};)`),
    join('explain', query),
    join('prepare', name, 'as', query),
    fc
      .constantFrom('begin', 'end', 'commit', 'rollback', 'BEGIN', 'start transaction')
      .map((word) => `${word}; rollback`),
    join('create view', name, 'as', query),
  );
  const rowLine = fc.constantFrom(
    ';',
    "it's",
    '"',
    '',
    ' ',
    '\\\\.',
    'a;b',
    '$$',
    '/*',
    '--',
    '\\N',
    '\\\\!',
    'copy t from stdin;',
    '.',
    '\\\\',
  );
  const copy = fc
    .tuple(
      fc.constantFrom(
        'copy t from stdin',
        'COPY t (a) FROM STDIN',
        'copy t from stdin with csv',
        'copy "t" from stdin (format csv)',
      ),
      fc.array(rowLine, { maxLength: 5 }),
    )
    .map(([head, lines]) => `${head};\n${lines.map((line) => `${line}\n`).join('')}\\.\n`);
  const item = fc.oneof(
    { weight: 12, arbitrary: fc.tuple(statement, space).map(([text, after]) => `${text}${after};`) },
    copy,
    fc.constantFrom(';', ';;', ' ; '),
    comment,
  );
  return {
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      literal,
      name,
      join('(', value, ')'),
      join(value, operator, value),
      join('case when', value, 'then', value, 'end'),
      join('(', query, ')'),
      join('array[', value, ']'),
    ),
    query: fc.oneof(
      join('select', value),
      join('select', value, 'as', name),
      join('select', value, ',', value, 'from t'),
      join('with', name, 'as (', fc.constant('select 1'), ') select', value),
      join('values (', value, ')'),
    ),
    script: fc
      .array(fc.tuple(item, space), { minLength: 1, maxLength: 8 })
      .map((parts) => parts.flat().join('')),
  };
}).script as fc.Arbitrary<string>;
