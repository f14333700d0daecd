/*
 * Starts a command at the console of this process, and ends it from outside:
 * `console ACTION READY OUTPUT COMMAND...`. When the file READY is there, the ACTION follows:
 * `terminate` is TerminateProcess, as Python's `Popen.terminate` does; `ctrl-c` is the key at the
 * console; `none` is nothing. What the command prints goes to the file OUTPUT.
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>

static BOOL WINAPI ignore(DWORD event) {
  return TRUE;
}

/* The rest of a command line after some words, none of which may hold a quoted quote. */
static WCHAR *after(WCHAR *line, int words) {
  for (; words > 0; words--) {
    BOOL quoted = FALSE;
    for (; *line != 0 && (quoted || *line != L' '); line++) quoted ^= *line == L'"';
    while (*line == L' ') line++;
  }
  return line;
}

int main(int count, char **words) {
  if (count < 5) return 2;
  const char *action = words[1], *ready = words[2];
  SetConsoleCtrlHandler(ignore, TRUE);
  SECURITY_ATTRIBUTES inherited = {.nLength = sizeof inherited, .bInheritHandle = TRUE};
  HANDLE output = CreateFileA(words[3], GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                              &inherited, CREATE_ALWAYS, 0, NULL);
  HANDLE input = CreateFileA("NUL", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited,
                             OPEN_EXISTING, 0, NULL);
  STARTUPINFOW startup = {.cb = sizeof startup, .dwFlags = STARTF_USESTDHANDLES};
  startup.hStdInput = input;
  startup.hStdOutput = startup.hStdError = output;
  PROCESS_INFORMATION started;
  if (!CreateProcessW(NULL, after(GetCommandLineW(), 4), NULL, NULL, TRUE, 0, NULL, NULL,
                      &startup, &started)) {
    fprintf(stderr, "console: cannot start the command, error %lu\n", GetLastError());
    return 3;
  }
  while (WaitForSingleObject(started.hProcess, 20) == WAIT_TIMEOUT) {
    if (action[0] == 'n' || GetFileAttributesA(ready) == INVALID_FILE_ATTRIBUTES) continue;
    if (strcmp(action, "terminate") == 0) TerminateProcess(started.hProcess, 1);
    if (strcmp(action, "ctrl-c") == 0) GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0);
    WaitForSingleObject(started.hProcess, 60000);
    /* Dagster lives on as well, and so does its console. */
    if (strcmp(action, "terminate") == 0) Sleep(2000);
  }
  DWORD code = 1;
  GetExitCodeProcess(started.hProcess, &code);
  return (int)code;
}
