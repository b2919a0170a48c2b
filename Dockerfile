# One image per endpoint: docker build --build-arg PROJECT=endpoints/Web --build-arg ASSEMBLY=Roost.Web .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG PROJECT
WORKDIR /source
COPY . .
RUN dotnet publish "$PROJECT" --configuration Release --output /app --nologo -p:UseAppHost=false

FROM mcr.microsoft.com/dotnet/aspnet:10.0
ARG ASSEMBLY
ENV ASSEMBLY=$ASSEMBLY \
    ROOST__HTTP=http://0.0.0.0:8080
WORKDIR /app
COPY --from=build /app .
# The only folder the process may write; a volume put there belongs to it.
RUN mkdir /state && chown "$APP_UID" /state
USER $APP_UID
EXPOSE 8080
# The image has no curl. An endpoint that still migrates or has lost its database answers 503.
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=6 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health/ready HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
# exec: the endpoint is process 1 and hears SIGTERM itself.
ENTRYPOINT ["sh", "-c", "exec dotnet \"/app/$ASSEMBLY.dll\""]
