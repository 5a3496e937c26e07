// Parse queries with Kusto's own language service: node parse.js <folder of the package> <queries.json> ({name: query}).
// Prints one line for each thing it does not understand. tables.json has the columns that our queries use, with their
// types from the reference (learn, azure-monitor/reference/tables/<table>).
const fs = require('fs');
const path = require('path');
const vm = require('vm');

const TABLES = JSON.parse(fs.readFileSync(path.join(__dirname, 'tables.json'), 'utf8'));

const [folder, file] = process.argv.slice(2);
global.window = global; // the package is made for browsers
for (const name of ['bridge.min.js', 'Kusto.Language.Bridge.min.js']) {
  vm.runInThisContext(fs.readFileSync(path.join(folder, name), 'utf8'));
}
const { Diagnostic, GlobalState, KustoCode, Symbols } = Kusto.Language;
const schema = (columns) => `(${Object.entries(columns).map(([name, type]) => `${name}: ${type}`).join(', ')})`;
const tables = Object.entries(TABLES).map(
  ([name, columns]) => new Symbols.TableSymbol.$ctor7(name, schema(columns), null),
);
const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.$ctor3('workspace', null, tables, false));

for (const [name, query] of Object.entries(JSON.parse(fs.readFileSync(file, 'utf8')))) {
  const found = KustoCode.ParseAndAnalyze(query, globals).GetDiagnostics();
  for (let i = 0; i < System.Array.getCount(found, Diagnostic); i++) {
    const one = System.Array.getItem(found, i, Diagnostic);
    console.log(`${name}: ${one.Message} at: ${query.substr(one.Start, 60).split('\n')[0]}`);
  }
}
