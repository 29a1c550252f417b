#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <microhttpd.h>

/* Swift cannot call functions with variable arguments, so the options of a daemon are put together here. */
static inline struct MHD_Daemon *
martlet_http_start(unsigned short port, unsigned int connections, unsigned int idle_seconds,
                   MHD_AccessHandlerCallback handler, MHD_RequestCompletedCallback completed, void *context)
{
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, port, NULL, NULL, handler, context,
                            MHD_OPTION_SOCK_ADDR, &address,
                            MHD_OPTION_CONNECTION_LIMIT, connections,
                            MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds,
                            MHD_OPTION_NOTIFY_COMPLETED, completed, context,
                            MHD_OPTION_END);
}

/* Casts in macros, which Swift does not see. */
static inline uint64_t martlet_http_unknown_size(void) { return MHD_SIZE_UNKNOWN; }
static inline ssize_t martlet_http_end(void) { return MHD_CONTENT_READER_END_OF_STREAM; }
static inline ssize_t martlet_http_error(void) { return MHD_CONTENT_READER_END_WITH_ERROR; }

static inline unsigned short
martlet_http_port(struct MHD_Daemon *daemon)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info == NULL ? 0 : info->port;
}
