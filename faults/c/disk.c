/*
 * Stands between a process and one folder: LD_PRELOAD it, and whatever the process does to the files in that folder is
 * written to a log, in its order, and fails when it is told to.
 *
 *   KYNETA_DISK_FOLDER   the folder, absolute and without links; only what is in it is seen
 *   KYNETA_DISK_LOG      the log, a file outside of the folder
 *   KYNETA_DISK_CONTROL  a file of at least sizeof(struct control) bytes outside of the folder, mapped by whoever controls
 *
 * The system is called directly, so that nothing depends on which library would have been called.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

_Static_assert(sizeof(off_t) == 8, "offsets must have 64 bits");

#define MOST_FILES 65536

enum operation { OPEN = 1, WRITE, SYNC, TRUNCATE, UNLINK, READ };

/* What happens to a call that is chosen to fail. */
enum kind {
    INPUT_OUTPUT_ERROR = 1, /* EIO */
    NO_SPACE,               /* ENOSPC */
    SHORT_WRITE,            /* half is written, and there is no space for the rest */
    LIE                     /* nothing is done, and success is claimed */
};

/* All numbers are those of the machine's own byte order, here and in the log. */
struct control {
    _Atomic uint64_t calls;    /* how many there were of those that count */
    _Atomic uint64_t fail_at;  /* which of them fails, from 1; 0 for none */
    _Atomic uint64_t kind;     /* how it fails */
    _Atomic uint64_t lasting;  /* how many fail in a row, from that one on */
    _Atomic uint64_t counting; /* which operations count: a bit for each, by its number */
    _Atomic uint64_t failed;   /* how many have failed */
    _Atomic uint64_t logging;  /* whether anything is logged */
};

/* An entry of the log; the bytes that were written, or the path, follow. */
struct entry {
    uint32_t operation;
    uint32_t failed; /* as an error number */
    uint64_t inode;
    uint64_t offset; /* of a truncation, the new length; of opening, whether the file is new */
    uint64_t length; /* of what follows */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t prepared = PTHREAD_ONCE_INIT;
static const char *folder;
static size_t folder_length;
static int log_file = -1;
static struct control *control;
static _Atomic uint64_t inodes[MOST_FILES]; /* by descriptor; 0 for files that are not looked at */
static _Atomic bool is_mapped[MOST_FILES];  /* whether it is the index of a log, whose pages must be there */
static _Atomic bool is_folder[MOST_FILES];
static bool rest_fails;                     /* half was written: the rest finds no space */

/* Called with the first file, not before: a child of the process inherits the environment. */
static void prepare(void)
{
    folder = getenv("KYNETA_DISK_FOLDER");
    const char *log_path = getenv("KYNETA_DISK_LOG");
    const char *control_path = getenv("KYNETA_DISK_CONTROL");
    if (folder == NULL || log_path == NULL || control_path == NULL) {
        folder = NULL;
        return;
    }
    folder_length = strlen(folder);
    log_file = (int)syscall(SYS_openat, AT_FDCWD, log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    int file = (int)syscall(SYS_openat, AT_FDCWD, control_path, O_RDWR | O_CLOEXEC, 0);
    void *mapped = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (log_file < 0 || file < 0 || mapped == MAP_FAILED) {
        abort();
    }
    syscall(SYS_close, file);
    control = mapped;
}

static bool is_in_folder(const char *path)
{
    pthread_once(&prepared, prepare);
    return folder != NULL && strncmp(path, folder, folder_length) == 0 &&
           (path[folder_length] == '/' || path[folder_length] == '\0');
}

static uint64_t inode_of(int file)
{
    return file >= 0 && file < MOST_FILES ? atomic_load(&inodes[file]) : 0;
}

static void note(enum operation operation, int error, uint64_t inode, uint64_t offset, const void *bytes, size_t length)
{
    if (atomic_load(&control->logging) == 0) {
        return;
    }
    struct entry entry = {operation, (uint32_t)error, inode, offset, length};
    struct iovec parts[2] = {{&entry, sizeof entry}, {(void *)(uintptr_t)bytes, length}};
    if (syscall(SYS_writev, log_file, parts, 2) != (long)(sizeof entry + length)) {
        abort();
    }
}

/* Returns how a call fails, or 0 if it does not. */
static enum kind fault_of(enum operation operation)
{
    if (rest_fails && operation == WRITE) {
        rest_fails = false;
        return NO_SPACE;
    }
    if ((atomic_load(&control->counting) >> operation & 1) == 0) {
        return 0;
    }
    uint64_t call = atomic_fetch_add(&control->calls, 1) + 1;
    uint64_t fail_at = atomic_load(&control->fail_at);
    if (fail_at == 0 || call < fail_at || call - fail_at >= atomic_load(&control->lasting)) {
        return 0;
    }
    enum kind kind = (enum kind)atomic_load(&control->kind);
    if (kind == SHORT_WRITE && call > fail_at) {
        kind = NO_SPACE;
    }
    atomic_fetch_add(&control->failed, 1);
    return kind;
}

static int error_of(enum kind kind)
{
    return kind == INPUT_OUTPUT_ERROR ? EIO : ENOSPC;
}

static int fail(enum operation operation, enum kind kind, uint64_t inode)
{
    int error = error_of(kind);
    note(operation, error, inode, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return -1;
}

static int open_in_folder(int directory, const char *path, int flags, mode_t mode)
{
    pthread_mutex_lock(&lock);
    struct stat status;
    bool is_new = (flags & O_CREAT) != 0 && fstatat(directory, path, &status, 0) != 0;
    enum kind kind = fault_of(OPEN);
    if (kind != 0 && kind != LIE) {
        return fail(OPEN, kind, 0);
    }
    int file = (int)syscall(SYS_openat, directory, path, flags, mode);
    int error = errno;
    if (file >= 0 && file < MOST_FILES && fstat(file, &status) == 0) {
        atomic_store(&inodes[file], status.st_ino);
        size_t length = strlen(path);
        atomic_store(&is_mapped[file], length > 4 && strcmp(path + length - 4, "-shm") == 0);
        atomic_store(&is_folder[file], S_ISDIR(status.st_mode));
        note(OPEN, 0, status.st_ino, is_new, path, length);
        if ((flags & O_TRUNC) != 0) {
            note(TRUNCATE, 0, status.st_ino, 0, NULL, 0);
        }
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return file;
}

static int open_any(int directory, const char *path, int flags, mode_t mode)
{
    int error = errno;
    if (is_in_folder(path)) {
        return open_in_folder(directory, path, flags, mode);
    }
    errno = error;
    return (int)syscall(SYS_openat, directory, path, flags, mode);
}

#define MODE_OF(flags, mode)                         \
    mode_t mode = 0;                                 \
    if (((flags) & (O_CREAT | __O_TMPFILE)) != 0) {  \
        va_list arguments;                           \
        va_start(arguments, flags);                  \
        mode = (mode_t)va_arg(arguments, int);       \
        va_end(arguments);                           \
    }

int open(const char *path, int flags, ...)
{
    MODE_OF(flags, mode)
    return open_any(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    MODE_OF(flags, mode)
    return open_any(AT_FDCWD, path, flags, mode);
}

int openat(int directory, const char *path, int flags, ...)
{
    MODE_OF(flags, mode)
    return open_any(directory, path, flags, mode);
}

int openat64(int directory, const char *path, int flags, ...)
{
    MODE_OF(flags, mode)
    return open_any(directory, path, flags, mode);
}

int close(int file)
{
    if (inode_of(file) != 0) {
        atomic_store(&inodes[file], 0);
    }
    return (int)syscall(SYS_close, file);
}

static ssize_t write_at(int file, const void *bytes, size_t length, off_t offset)
{
    uint64_t inode = inode_of(file);
    pthread_mutex_lock(&lock);
    enum kind kind = fault_of(WRITE);
    if (kind == LIE && atomic_load(&is_mapped[file])) {
        kind = 0;
    }
    if (kind == LIE) {
        pthread_mutex_unlock(&lock);
        return (ssize_t)length;
    }
    size_t allowed = kind == SHORT_WRITE ? length / 2 : length;
    if (kind == INPUT_OUTPUT_ERROR || kind == NO_SPACE || allowed == 0) {
        return fail(WRITE, kind, inode);
    }
    ssize_t written = syscall(SYS_pwrite64, file, bytes, allowed, offset);
    int error = errno;
    if (written > 0) {
        note(WRITE, 0, inode, (uint64_t)offset, bytes, (size_t)written);
        rest_fails = kind == SHORT_WRITE;
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return written;
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset)
{
    return inode_of(file) != 0 ? write_at(file, bytes, length, offset)
                               : syscall(SYS_pwrite64, file, bytes, length, offset);
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t offset)
{
    return pwrite(file, bytes, length, offset);
}

ssize_t write(int file, const void *bytes, size_t length)
{
    if (inode_of(file) == 0) {
        return syscall(SYS_write, file, bytes, length);
    }
    bool appends = (fcntl(file, F_GETFL) & O_APPEND) != 0;
    off_t offset = lseek(file, 0, appends ? SEEK_END : SEEK_CUR);
    ssize_t written = write_at(file, bytes, length, offset);
    if (written > 0) {
        lseek(file, offset + written, SEEK_SET);
    }
    return written;
}

/* Reads are not logged; half of a file's page is as good as none. */
static bool read_fails(int file)
{
    if (inode_of(file) == 0) {
        return false;
    }
    pthread_mutex_lock(&lock);
    enum kind kind = fault_of(READ);
    pthread_mutex_unlock(&lock);
    if (kind == 0 || kind == LIE) {
        return false;
    }
    errno = EIO;
    return true;
}

ssize_t read(int file, void *bytes, size_t length)
{
    return read_fails(file) ? -1 : syscall(SYS_read, file, bytes, length);
}

ssize_t pread(int file, void *bytes, size_t length, off_t offset)
{
    return read_fails(file) ? -1 : syscall(SYS_pread64, file, bytes, length, offset);
}

ssize_t pread64(int file, void *bytes, size_t length, off64_t offset)
{
    return pread(file, bytes, length, offset);
}

static int synchronise(long call, int file)
{
    uint64_t inode = inode_of(file);
    if (inode == 0) {
        return (int)syscall(call, file);
    }
    pthread_mutex_lock(&lock);
    /* SQLite takes no notice when a folder cannot be synchronised: the file in it was before, with its name. */
    enum kind kind = atomic_load(&is_folder[file]) ? 0 : fault_of(SYNC);
    if (kind == LIE) {
        pthread_mutex_unlock(&lock);
        return 0;
    }
    if (kind != 0) {
        return fail(SYNC, kind, inode);
    }
    /* What is on the disk is what the log says is: nobody here waits for a real one. */
    note(SYNC, 0, inode, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    return 0;
}

int fsync(int file)
{
    return synchronise(SYS_fsync, file);
}

int fdatasync(int file)
{
    return synchronise(SYS_fdatasync, file);
}

int ftruncate(int file, off_t length)
{
    uint64_t inode = inode_of(file);
    if (inode == 0) {
        return (int)syscall(SYS_ftruncate, file, length);
    }
    pthread_mutex_lock(&lock);
    enum kind kind = fault_of(TRUNCATE);
    if (kind != 0 && kind != LIE) {
        return fail(TRUNCATE, kind, inode);
    }
    int result = (int)syscall(SYS_ftruncate, file, length);
    int error = errno;
    if (result == 0) {
        note(TRUNCATE, 0, inode, (uint64_t)length, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

int ftruncate64(int file, off64_t length)
{
    return ftruncate(file, length);
}

int unlink(const char *path)
{
    if (!is_in_folder(path)) {
        return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    }
    pthread_mutex_lock(&lock);
    enum kind kind = fault_of(UNLINK);
    if (kind != 0 && kind != LIE) {
        return fail(UNLINK, kind, 0);
    }
    int result = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    int error = errno;
    if (result == 0) {
        note(UNLINK, 0, 0, 0, path, strlen(path));
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}
