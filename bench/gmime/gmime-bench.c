/* Parses the same messages as Rialto.Content.Bench with GMime and looks at what ENVELOPE and BODYSTRUCTURE need: addresses, subject, date, ids, and of each part its
   type and parameters, encoding, disposition and size. cc -O2 gmime-bench.c $(pkg-config --cflags --libs gmime-3.0). Arguments: files. */
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static volatile size_t sink;

static void touch(const char *text)
{
    if (text)
        sink += strlen(text);
}

static void list(InternetAddressList *addresses)
{
    int i, count = addresses ? internet_address_list_length(addresses) : 0;
    for (i = 0; i < count; i++) {
        InternetAddress *address = internet_address_list_get_address(addresses, i);
        touch(internet_address_get_name(address));
        if (INTERNET_ADDRESS_IS_MAILBOX(address))
            touch(internet_address_mailbox_get_addr((InternetAddressMailbox *) address));
        else
            list(internet_address_group_get_members((InternetAddressGroup *) address));
    }
}

static void parameters(GMimeParamList *params)
{
    int i, count = params ? g_mime_param_list_length(params) : 0;
    for (i = 0; i < count; i++) {
        GMimeParam *param = g_mime_param_list_get_parameter_at(params, i);
        touch(g_mime_param_get_name(param));
        touch(g_mime_param_get_value(param));
    }
}

static void envelope(GMimeMessage *message);

static void body(GMimeObject *part)
{
    GMimeContentType *type = g_mime_object_get_content_type(part);
    GMimeContentDisposition *disposition = g_mime_object_get_content_disposition(part);
    touch(g_mime_content_type_get_media_type(type));
    touch(g_mime_content_type_get_media_subtype(type));
    parameters(g_mime_content_type_get_parameters(type));
    if (disposition) {
        touch(g_mime_content_disposition_get_disposition(disposition));
        parameters(g_mime_content_disposition_get_parameters(disposition));
    }
    touch(g_mime_object_get_content_id(part));
    if (GMIME_IS_MULTIPART(part)) {
        int i, count = g_mime_multipart_get_count((GMimeMultipart *) part);
        for (i = 0; i < count; i++)
            body(g_mime_multipart_get_part((GMimeMultipart *) part, i));
    } else if (GMIME_IS_MESSAGE_PART(part)) {
        GMimeMessage *inner = g_mime_message_part_get_message((GMimeMessagePart *) part);
        if (inner) {
            envelope(inner);
            body(g_mime_message_get_mime_part(inner));
        }
    } else if (GMIME_IS_PART(part)) {
        GMimeDataWrapper *content = g_mime_part_get_content((GMimePart *) part);
        sink += g_mime_part_get_content_encoding((GMimePart *) part);
        if (content)
            sink += g_mime_stream_length(g_mime_data_wrapper_get_stream(content));
    }
}

static void envelope(GMimeMessage *message)
{
    list(g_mime_message_get_from(message));
    list(g_mime_message_get_sender(message));
    list(g_mime_message_get_reply_to(message));
    list(g_mime_message_get_to(message));
    list(g_mime_message_get_cc(message));
    list(g_mime_message_get_bcc(message));
    touch(g_mime_message_get_subject(message));
    touch(g_mime_message_get_message_id(message));
    touch(g_mime_object_get_header((GMimeObject *) message, "In-Reply-To"));
    touch(g_mime_object_get_header((GMimeObject *) message, "Date"));
}

static void work(const char *bytes, size_t length)
{
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, length);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message;
    g_mime_parser_set_persist_stream(parser, TRUE);
    message = g_mime_parser_construct_message(parser, NULL);
    if (message) {
        envelope(message);
        body(g_mime_message_get_mime_part(message));
        g_object_unref(message);
    }
    g_object_unref(parser);
    g_object_unref(stream);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

/* name TAB messages a second TAB megabytes a second, the best of three rounds of at least 0.4 s. */
static void measure(const char *name, char **bytes, gsize *lengths, int count)
{
    double best = 0, total = 0;
    int round, i;
    for (i = 0; i < count; i++)
        total += lengths[i];
    for (round = 0; round < 3; round++) {
        double start = now(), seconds;
        int times = 0;
        do {
            for (i = 0; i < count; i++)
                work(bytes[i], lengths[i]);
            times++;
        } while ((seconds = now() - start) < 0.4);
        if (times * (double) count / seconds > best)
            best = times * (double) count / seconds;
    }
    printf("%s\t%.0f\t%.1f\n", name, best, best * total / count / 1e6);
}

int main(int argc, char **argv)
{
    char **bytes = calloc(argc, sizeof *bytes), line[4096];
    gsize *lengths = calloc(argc, sizeof *lengths);
    int i, count;
    g_mime_init();
    for (i = 1; i < argc; i++) {
        if (argv[i][0] == '@') {
            /* A list of files, measured together. */
            char **all = calloc(100000, sizeof *all);
            gsize *sizes = calloc(100000, sizeof *sizes);
            FILE *names = fopen(argv[i] + 1, "r");
            for (count = 0; names && count < 100000 && fgets(line, sizeof line, names);) {
                line[strcspn(line, "\n")] = 0;
                if (g_file_get_contents(line, &all[count], &sizes[count], NULL))
                    count++;
            }
            measure("corpus", all, sizes, count);
        } else if (g_file_get_contents(argv[i], &bytes[i], &lengths[i], NULL)) {
            measure(argv[i], &bytes[i], &lengths[i], 1);
        }
    }
    return 0;
}
