from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.status import HTTP_202_ACCEPTED
from rest_framework.views import APIView

from newsletter.models import Subscriber
from newsletter.services import subscribe


class SubscribeSerializer(serializers.Serializer):
    email = serializers.EmailField(max_length=254)


class SubscribeView(APIView):
    def post(self, request):
        serializer = SubscribeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        subscribe(serializer.validated_data["email"], Subscriber.Source.API)
        return Response({"status": "subscribed"}, status=HTTP_202_ACCEPTED)
