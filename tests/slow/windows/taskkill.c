/* Windows' `taskkill /F /T /PID ID`: ends a process and all that it started. Wine's lacks `/T`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <tlhelp32.h>

static BOOL end(DWORD id) {
  HANDLE list = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
  PROCESSENTRY32 entry = {.dwSize = sizeof entry};
  for (BOOL more = Process32First(list, &entry); more; more = Process32Next(list, &entry)) {
    if (entry.th32ParentProcessID == id && entry.th32ProcessID != id) end(entry.th32ProcessID);
  }
  CloseHandle(list);
  HANDLE process = OpenProcess(PROCESS_TERMINATE, FALSE, id);
  BOOL ended = process != NULL && TerminateProcess(process, 1);
  CloseHandle(process);
  return ended;
}

int main(int count, char **words) {
  BOOL isKnown = count == 5 && strcmp(words[1], "/F") == 0 && strcmp(words[2], "/T") == 0 &&
                 strcmp(words[3], "/PID") == 0;
  if (!isKnown) {
    fprintf(stderr, "taskkill: only /F /T /PID ID is known here\n");
    return 1;
  }
  return end((DWORD)atoi(words[4])) ? 0 : 128;
}
