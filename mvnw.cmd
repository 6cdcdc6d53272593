@echo off
rem Runs Maven on JDK 25 or later: the one of KYNETA_JAVA_HOME, else of JAVA_HOME. Maven itself must be on PATH.
setlocal
if defined KYNETA_JAVA_HOME set "JAVA_HOME=%KYNETA_JAVA_HOME%"
if not defined JAVA_HOME goto no_jdk
if not exist "%JAVA_HOME%\bin\javac.exe" goto no_jdk
findstr /r /c:"^JAVA_VERSION=.2[5-9]" /c:"^JAVA_VERSION=.[3-9][0-9]" "%JAVA_HOME%\release" >nul 2>nul || goto no_jdk
where mvn >nul 2>nul || goto no_maven

set "MAVEN_OPTS=--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow %MAVEN_OPTS%"
call mvn %*
exit /b %ERRORLEVEL%

:no_jdk
echo Kyneta needs a JDK 25 or later: install one, for example with "winget install EclipseAdoptium.Temurin.25.JDK",>&2
echo and set KYNETA_JAVA_HOME or JAVA_HOME to its folder.>&2
exit /b 1

:no_maven
echo Kyneta needs Maven 3.8.6 or later, but not 4, on PATH: see https://maven.apache.org/download.cgi>&2
exit /b 1
