// Parse queries with Kusto's own language service: node parse.js <folder of the package> <queries.json> ({name: query}).
// Prints one line for each thing it does not understand. The tables have the columns that our queries use, with their
// types from the reference (learn, azure-monitor/reference/tables/<table>).
const fs = require('fs');
const path = require('path');
const vm = require('vm');

const SIGN_IN =
  'TimeGenerated: datetime, UserId: string, AppDisplayName: string, ResourceDisplayName: string, IPAddress: string, ' +
  'Location: string, ResultType: string, UserAgent: string, UniqueTokenIdentifier: string';
const TABLES = {
  AADNonInteractiveUserSignInLogs: `(${SIGN_IN})`,
  AppTraces: '(TimeGenerated: datetime, Message: string)',
  AuditLogs:
    '(TimeGenerated: datetime, OperationName: string, InitiatedBy: dynamic, TargetResources: dynamic, Result: string, ' +
    'CorrelationId: string)',
  MicrosoftGraphActivityLogs:
    '(TimeGenerated: datetime, TokenIssuedAt: datetime, UserId: string, AppId: string, IPAddress: string, ' +
    'RequestMethod: string, RequestUri: string, ResponseStatusCode: int, UserAgent: string, SignInActivityId: string)',
  SigninLogs: `(${SIGN_IN})`,
  FunctionAppLogs: '(TimeGenerated: datetime, Level: string, Category: string, Message: string)',
};

const [folder, file] = process.argv.slice(2);
global.window = global; // the package is made for browsers
for (const name of ['bridge.min.js', 'Kusto.Language.Bridge.min.js']) {
  vm.runInThisContext(fs.readFileSync(path.join(folder, name), 'utf8'));
}
const { Diagnostic, GlobalState, KustoCode, Symbols } = Kusto.Language;
const tables = Object.entries(TABLES).map(([name, columns]) => new Symbols.TableSymbol.$ctor7(name, columns, null));
const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.$ctor3('workspace', null, tables, false));

for (const [name, query] of Object.entries(JSON.parse(fs.readFileSync(file, 'utf8')))) {
  const found = KustoCode.ParseAndAnalyze(query, globals).GetDiagnostics();
  for (let i = 0; i < System.Array.getCount(found, Diagnostic); i++) {
    const one = System.Array.getItem(found, i, Diagnostic);
    console.log(`${name}: ${one.Message} at: ${query.substr(one.Start, 60).split('\n')[0]}`);
  }
}
